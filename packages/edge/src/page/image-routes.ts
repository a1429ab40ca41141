import { CACHE } from '@nightmarket/http'
import type { AppliedRelease } from '@nightmarket/kernel'
import { parseOwnImage } from '@nightmarket/ui'
import { Hono } from 'hono'

import type { PageDeps } from './page-site.ts'

const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpg: 'image/jpeg',
}

/**
 * Pictures of products, each under its content.
 *
 * - [PF11] A picture comes from this edge, in a width and format that the browser chooses, and may
 *   be kept for good. Only what the show names is fetched from the core; what was fetched once is
 *   shown while the core is away.
 */
export function imageRoutes({ stall, parts }: PageDeps): Hono {
  const namedBy = createNamedImages()
  return new Hono().get('/images/:imageId{[0-9a-f]+}/:name{[0-9]+[.][a-z]+}', async (c) => {
    const { imageId, name } = c.req.param()
    const type = TYPES[name.split('.')[1] ?? '']
    const isNamed = stall.state.active !== null && namedBy(stall.state.active).has(imageId)
    const wanted = { imageId, name, mayFetch: isNamed }
    const isId = imageId.length === ID_LENGTH && type !== undefined
    const body = isId ? ((await parts.images?.read(wanted)) ?? null) : null
    if (body === null || type === undefined) return c.notFound()
    const headers = { 'Content-Type': type, 'Cache-Control': CACHE.immutable }
    return c.body(body, 200, headers)
  })
}

const ID_LENGTH = 64

/** The pictures that a release names, gathered once. */
function createNamedImages() {
  const known = new WeakMap<AppliedRelease, ReadonlySet<string>>()
  return (active: AppliedRelease) => {
    const named = known.get(active) ?? imagesOf(active)
    known.set(active, named)
    return named
  }
}

function imagesOf({ index }: AppliedRelease): ReadonlySet<string> {
  const images = [...index.variants.values()].map(({ imageUrl }) => parseOwnImage(imageUrl))
  return new Set(images.flatMap((image) => (image === null ? [] : [image.imageId])))
}
