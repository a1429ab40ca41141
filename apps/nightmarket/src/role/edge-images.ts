import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

import type { StageImages } from '@nightmarket/edge'
import type { Log } from '@nightmarket/http'

import { ensureFolder } from '../market/secure-file.ts'

/** How long the core may take for a picture, in milliseconds. */
const PATIENCE_MS = 5_000

/** The largest picture in one size that is taken. */
const IMAGE_BYTES_MAX = 4 * 1024 * 1024

/** The most pictures fetched at a time; whoever asks for more gets none this time. */
const FETCHING_MAX = 32

/** Pictures of products: from this edge's folder, or from the core the first time. */
export function openEdgeImages(options: {
  readonly folder: string
  readonly coreUrl: string
  readonly log: Log
}): StageImages {
  const { folder, coreUrl, log } = options
  const fetching = new Map<string, Promise<Uint8Array<ArrayBuffer> | null>>()
  ensureFolder(folder)
  const fetchOne = async (imageId: string, name: string) => {
    try {
      const body = await askCore(`${coreUrl}/v1/images/${imageId}/${name}`)
      if (body !== null) await keep(join(folder, `${imageId}-${name}`), body)
      return body
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.debug({ reason }, 'a picture is not there yet')
      return null
    }
  }
  return {
    async read({ imageId, name, mayFetch }) {
      const key = `${imageId}-${name}`
      const kept = await readKept(join(folder, key))
      if (kept !== null || !mayFetch) return kept
      const known = fetching.get(key)
      if (known !== undefined) return known
      if (fetching.size >= FETCHING_MAX) return null
      const asked = fetchOne(imageId, name).finally(() => fetching.delete(key))
      fetching.set(key, asked)
      return asked
    },
  }
}

async function askCore(url: string): Promise<Uint8Array<ArrayBuffer> | null> {
  const signal = AbortSignal.timeout(PATIENCE_MS)
  const response = await fetch(url, { signal, redirect: 'error' })
  const announced = Number(response.headers.get('content-length') ?? 0)
  if (!response.ok || announced > IMAGE_BYTES_MAX) {
    await response.body?.cancel()
    return null
  }
  return new Uint8Array(await response.arrayBuffer())
}

/** Whole or not at all: a torn picture would be kept for good by whoever saw it. */
async function keep(path: string, body: Uint8Array): Promise<void> {
  const draft = `${path}.${crypto.randomUUID()}`
  await writeFile(draft, body, { mode: 0o600 })
  await rename(draft, path)
}

async function readKept(path: string): Promise<Uint8Array<ArrayBuffer> | null> {
  try {
    return await readFile(path)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null
    throw error
  }
}
