import { tillRoutes } from '@nightmarket/edge'
import { Hono } from 'hono'

import { openTillFiles } from './stage-parts.ts'

/**
 * What a till directly below a core needs beside the core's own API: its app, and the pictures of
 * what it sells, where an edge has them. Nothing where the app was not built.
 */
export function tillsBelowCore(
  request: (path: string) => Response | Promise<Response>,
): Hono {
  const files = openTillFiles()
  if (files === null) return new Hono()
  return tillRoutes(files).get('/images/:imageId/:name', (c) => request(`/v1${c.req.path}`))
}
