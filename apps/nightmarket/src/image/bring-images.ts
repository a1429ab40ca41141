import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'

import { ask } from '../market/ask.ts'
import type { Connection } from '../market/connect.ts'
import { fetchImage, ImageFault } from './fetch-image.ts'
import { packImage } from './pack-image.ts'

/** A picture that could not be had, and why. */
export interface MissingImage {
  readonly url: string
  readonly code: ImageFault['code']
  readonly reason: string
}

/** What came of bringing pictures. */
export interface BroughtImages {
  readonly kept: number
  readonly missing: readonly MissingImage[]
}

/** Where pictures are had from. */
export interface ImageOrigin {
  /** A folder with files of the names that the addresses end in; `null`: the addresses. */
  readonly folder: string | null
  /** Whether an address may lie in a private network. */
  readonly mayBePrivate: boolean
  readonly onProgress: (done: number, of: number) => void
}

/** Bring the pictures that the catalogue names and the core has not, in all sizes. */
export async function bringImages(
  { client }: Pick<Connection, 'client'>,
  origin: ImageOrigin,
): Promise<BroughtImages> {
  const { urls } = await ask(client.v1.images.wanted.$get())
  const missing: MissingImage[] = []
  let done = 0
  for (const url of urls) {
    origin.onProgress((done += 1), urls.length)
    try {
      const packed = await packImage(await readImage(url, origin))
      await ask(client.v1.images.$post({ json: { url, ...packed } }))
    } catch (error) {
      if (!(error instanceof ImageFault)) throw error
      missing.push({ url, code: error.code, reason: error.message })
    }
  }
  return { kept: urls.length - missing.length, missing }
}

async function readImage(url: string, { folder, mayBePrivate }: ImageOrigin): Promise<Buffer> {
  if (folder === null) return fetchImage(url, { mayBePrivate })
  const name = basename(decodeURIComponent(new URL(url).pathname))
  try {
    return await readFile(join(folder, name))
  } catch (cause) {
    throw new ImageFault('unreachable', `${name} is not in that folder`, { cause })
  }
}
