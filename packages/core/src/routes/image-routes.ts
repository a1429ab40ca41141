import { CACHE, createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { keepImage, readImage, wantedImages } from '../image/image-shelf.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'

const TAG = 'Catalogue'

/** The largest picture taken, with all its sizes. */
export const IMAGE_BYTES_MAX = 8 * 1024 * 1024

const FILE_TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif',
  webp: 'image/webp',
  jpg: 'image/jpeg',
}

const imageId = z.string().regex(/^[0-9a-f]{64}$/, 'The id of a picture has 64 digits.')
const fileName = z.string().regex(/^\d{2,4}\.(avif|webp|jpg)$/, 'Such as 640.webp.')

const packedImage = z
  .strictObject({
    url: z.string().min(1).max(4_096),
    imageId,
    width: z.int().min(1).max(20_000),
    height: z.int().min(1).max(20_000),
    tone: z.int().min(0).max(26),
    files: z.record(fileName, z.base64()),
  })
  .meta({ ref: 'PackedImage' })

const wanted = z.strictObject({ urls: z.array(z.string()) }).meta({ ref: 'WantedImages' })
const kept = z.strictObject({ imageId }).meta({ ref: 'KeptImage' })

/** Pictures of products: brought by the operator in all sizes, fetched by edges. */
export function imageRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .get(
      '/v1/images/wanted',
      describe(CORE_PROBLEMS, {
        summary: 'Pictures that the catalogue names and nobody brought yet',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'Their addresses.', schema: wanted } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ urls: [...(await wantedImages(core))] }, 200),
    )
    .post(
      '/v1/images',
      describe(CORE_PROBLEMS, {
        summary: 'Keep a picture in all its sizes',
        description: 'Releases that are applied from now on name it. Repeating it changes nothing.',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'Kept.', schema: kept } },
        problems: ['unauthorized', ...BODY_CODES],
      }),
      admin,
      validate('json', packedImage, { bodyBytesMax: IMAGE_BYTES_MAX }),
      async (c) => {
        const image = c.req.valid('json')
        await keepImage(core, image)
        return c.json({ imageId: image.imageId }, 200)
      },
    )
    .get(
      '/v1/images/:imageId/:name',
      describe(CORE_PROBLEMS, {
        summary: 'A picture in one size',
        description: 'For edges, which keep it. Its address is its content: it never changes.',
        tag: TAG,
        answers: { 200: { description: 'The bytes.' } },
        problems: ['not_found', 'invalid_request'],
      }),
      validate('param', z.strictObject({ imageId, name: fileName })),
      async (c) => {
        const { imageId: id, name } = c.req.valid('param')
        const body = await readImage(core, id, name)
        if (body === null) return CORE_PROBLEMS.respond({ code: 'not_found' })
        const type = FILE_TYPES[name.split('.')[1] ?? ''] ?? 'application/octet-stream'
        return c.body(body, 200, { 'Content-Type': type, 'Cache-Control': CACHE.immutable })
      },
    )
}
