import type { Product } from '@nightmarket/kernel'

import { exportCatalogue } from '../catalogue/import-catalogue.ts'
import type { Core } from '../core.ts'
import { insertRows } from '../database/insert-rows.ts'

/** A picture in every size and format that pages ask for. */
export interface PackedImage {
  /** The address in the catalogue that it was fetched from. */
  readonly url: string
  /** SHA-256 of the bytes that were fetched, as hexadecimal digits. */
  readonly imageId: string
  readonly width: number
  readonly height: number
  /** Its mean colour, one of 27: three steps each of red, green and blue. */
  readonly tone: number
  /** The bytes, base64, by name: `640.webp`. */
  readonly files: Readonly<Record<string, string>>
}

/** The most addresses looked up in one statement. */
const LOOKUP_MAX = 500

/**
 * Keep a picture under the address that the catalogue has for it.
 *
 * - [IM1] A picture is named by its bytes and kept once, however many addresses stand for it;
 *   keeping it again changes nothing.
 */
export async function keepImage(core: Core, image: PackedImage): Promise<void> {
  const { url, imageId, width, height, tone, files } = image
  const keptAtMs = core.nowMs()
  await core.books.transact('keep image', async (trx) => {
    const known = await trx
      .selectFrom('image_file')
      .select('name')
      .where('image_id', '=', imageId)
      .execute()
    const names = new Set(known.map(({ name }) => name))
    const fresh = Object.entries(files).filter(([name]) => !names.has(name))
    const rows = fresh.map(([name, body]) => ({ image_id: imageId, name, body }))
    await insertRows(trx, 'image_file', rows)
    await trx.deleteFrom('image_source').where('url', '=', url).execute()
    const source = { url, image_id: imageId, width, height, tone, kept_at_ms: keptAtMs }
    await insertRows(trx, 'image_source', [source])
  })
}

/** A picture in one size, as bytes; `null`: there is none of that name. */
export async function readImage(
  core: Pick<Core, 'books'>,
  imageId: string,
  name: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const row = await core.books.read('image', (trx) =>
    trx
      .selectFrom('image_file')
      .select('body')
      .where('image_id', '=', imageId)
      .where('name', '=', name)
      .executeTakeFirst(),
  )
  return row === undefined ? null : Uint8Array.fromBase64(row.body)
}

/** The addresses in the catalogue for which no picture is kept yet. */
export async function wantedImages(core: Pick<Core, 'books'>): Promise<readonly string[]> {
  const urls = urlsOf(await exportCatalogue(core))
  const kept = await pathsOf(core, urls)
  return urls.filter((url) => !kept.has(url))
}

/**
 * The catalogue with the addresses of our own pictures in the place of foreign ones.
 *
 * - [IM2] A release names a picture by its content: `/images/ID/640.jpg`, with its size and colour
 *   behind it. What was not fetched keeps its address, which no page loads.
 */
export async function withOwnImages(
  core: Pick<Core, 'books'>,
  products: readonly Product[],
): Promise<readonly Product[]> {
  const paths = await pathsOf(core, urlsOf(products))
  const own = (url: string | null) => (url === null ? null : (paths.get(url) ?? url))
  return products.map((product) => ({
    ...product,
    images: product.images.map((image) => ({ ...image, url: own(image.url) ?? image.url })),
    variants: product.variants.map((variant) => ({ ...variant, imageUrl: own(variant.imageUrl) })),
  }))
}

function urlsOf(products: readonly Product[]): readonly string[] {
  const shown = products.flatMap(({ images, variants }) => [
    images[0]?.url ?? null,
    ...variants.map(({ imageUrl }) => imageUrl),
  ])
  return [...new Set(shown.filter((url) => url !== null))]
}

async function pathsOf(core: Pick<Core, 'books'>, urls: readonly string[]) {
  const paths = new Map<string, string>()
  for (let at = 0; at < urls.length; at += LOOKUP_MAX) {
    const some = urls.slice(at, at + LOOKUP_MAX)
    const rows = await core.books.read('image sources', (trx) =>
      trx.selectFrom('image_source').selectAll().where('url', 'in', some).execute(),
    )
    for (const { url, image_id, width, height, tone } of rows) {
      paths.set(url, `/images/${image_id}/640.jpg?w=${width}&h=${height}&tone=${tone}`)
    }
  }
  return paths
}
