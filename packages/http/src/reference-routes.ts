import { utf8ToBytes, type Digest } from '@nightmarket/kernel'
import { Hono, type Context } from 'hono'
import { generateSpecs } from 'hono-openapi'

import { cached, entityTag } from './cache.ts'
import type { ProblemRow, Problems } from './problem.ts'
import type { ApiDocument } from './reference/document.ts'
import type { Markup } from './reference/markup.ts'
import { problemPage, referencePage } from './reference/reference-page.ts'
import { REFERENCE_STYLE } from './reference/reference-style.ts'

/** What an app says of itself. */
export interface ReferenceDeps {
  readonly title: string
  readonly version: string
  readonly description: string
  /** The chapters in their order. */
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  /** Ways to prove who asks, by the name that routes use. */
  readonly securitySchemes: Readonly<Record<string, SecurityScheme>>
  readonly problems: Problems<never>
  readonly digest: Digest
}

/** One way to prove who asks, in the words of OpenAPI. */
export type SecurityScheme =
  | { readonly type: 'http'; readonly scheme: 'bearer'; readonly description: string }
  | {
      readonly type: 'apiKey'
      readonly in: 'header'
      readonly name: string
      readonly description: string
    }

/** Pages may load our own style sheet, and nothing else. */
const PAGE_HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy':
    "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
    "frame-ancestors 'none'",
  'Cache-Control': 'public, max-age=300',
}

/**
 * `/openapi.json`, generated from the schemas that validate; `/reference`, the same for people; and
 * `/problems/:code`, the page that every problem document names as its type.
 */
export function referenceRoutes(app: Hono, deps: ReferenceDeps): Hono {
  const rows: Readonly<Record<string, ProblemRow>> = deps.problems.rows
  let document: Promise<ApiDocument> | null = null
  const read = () => (document ??= generate(app, deps))
  return new Hono()
    .get('/openapi.json', async (c) => {
      const text = JSON.stringify(await read())
      const content = { text, contentType: 'application/json', etag: entityTag(text, deps.digest) }
      return cached(c, content, 'public, max-age=300')
    })
    .get('/reference', async (c) => page(c, referencePage(await read(), rows)))
    .get('/reference.css', (c) => {
      const etag = entityTag(REFERENCE_STYLE, deps.digest)
      const content = { text: REFERENCE_STYLE, contentType: 'text/css; charset=utf-8', etag }
      return cached(c, content, 'public, max-age=300')
    })
    .get('/problems/:code', async (c) => {
      const code = c.req.param('code')
      const row = Object.hasOwn(rows, code) ? rows[code] : undefined
      if (row === undefined) return deps.problems.respond({ code: 'not_found' })
      return page(c, problemPage(deps.title, code, row))
    })
}

async function page(c: Context, markup: Markup): Promise<Response> {
  const text = (await markup).toString()
  return c.body(utf8ToBytes(text), 200, {
    'Content-Type': 'text/html; charset=utf-8',
    ...PAGE_HEADERS,
  })
}

async function generate(app: Hono, deps: ReferenceDeps): Promise<ApiDocument> {
  const { title, version, description, tags, securitySchemes } = deps
  const document = await generateSpecs(app, {
    excludeStaticFile: false,
    defaultValidationErrorResponse: false,
    documentation: {
      info: { title, version, description },
      tags: tags.map((tag) => ({ ...tag })),
      components: { securitySchemes: { ...securitySchemes } },
    },
  })
  return document as unknown as ApiDocument
}
