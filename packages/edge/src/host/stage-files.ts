import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { extname, join, sep } from 'node:path'
import { promisify } from 'node:util'
import {
  brotliCompress,
  brotliCompressSync,
  constants,
  gzip,
  gzipSync,
  type BrotliOptions,
  type ZlibOptions,
} from 'node:zlib'

import type { StageFile, StageParts } from '../page/stage-parts.ts'

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.woff2': 'font/woff2',
  '.html': 'text/html; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.wasm': 'application/wasm',
}

/**
 * Read what `npm run build` made of the stage, packed once in every form. `null` when it was not
 * built: the edge sells all the same, to those who bring a page of their own.
 */
export function readStageFiles(
  folder: string,
): Pick<StageParts, 'addresses' | 'files' | 'compress'> | null {
  const manifestFile = join(folder, 'manifest.json')
  if (!existsSync(manifestFile)) return null
  const manifest = JSON.parse(readFileSync(manifestFile, 'utf8')) as Readonly<
    Record<string, { readonly file: string; readonly css?: readonly string[] }>
  >
  const script = manifest['src/main.ts']?.file
  const style = Object.values(manifest).find(({ file }) => file.endsWith('.css'))?.file
  const overlay = manifest['src/overlay-page.ts']?.file
  const goLive = manifest['src/go-live-page.ts']?.file
  if (script === undefined || style === undefined) return null
  if (overlay === undefined || goLive === undefined) return null
  return {
    addresses: {
      script: `/stage/${script}`,
      style: `/stage/${style}`,
      overlay: `/stage/${overlay}`,
      goLive: `/stage/${goLive}`,
    },
    files: readFiles(folder),
    compress,
  }
}

/** Read what `npm run build` made of the till, by path; `null` when it was not built. */
export function readTillFiles(folder: string): ReadonlyMap<string, StageFile> | null {
  return existsSync(join(folder, 'index.html')) ? readFiles(folder) : null
}

function readFiles(folder: string): ReadonlyMap<string, StageFile> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' })
  const files = names.flatMap((name) => {
    const contentType = CONTENT_TYPES[extname(name)]
    if (contentType === undefined) return []
    const path = name.replaceAll(sep, '/')
    return [[path, packFile(readFileSync(join(folder, name)), contentType, path)] as const]
  })
  return new Map(files)
}

function packFile(bytes: Uint8Array<ArrayBuffer>, contentType: string, path: string): StageFile {
  const isText = !contentType.startsWith('image/png') && !contentType.startsWith('font/')
  return {
    contentType,
    etag: `"${createHash('sha256').update(bytes).digest('hex').slice(0, 32)}"`,
    isImmutable: path.startsWith('assets/'),
    identity: bytes,
    brotli: isText ? brotliCompressSync(bytes, { params: brotliOf(bytes.byteLength) }) : null,
    gzip: isText ? gzipSync(bytes, { level: 9 }) : null,
  }
}

/** A megabyte of WebAssembly takes eleven seconds at the best quality, and 65 ms at this one. */
const PACKED_BEST_BYTES_MAX = 512 * 1024

function brotliOf(bodyBytes: number): Record<number, number> {
  const isBig = bodyBytes > PACKED_BEST_BYTES_MAX
  return { [constants.BROTLI_PARAM_QUALITY]: isBig ? 5 : constants.BROTLI_MAX_QUALITY }
}

/** On a thread of its own: a page is packed while others are answered. */
function compress(text: string, encoding: 'br' | 'gzip'): Promise<Uint8Array<ArrayBuffer>> {
  return encoding === 'gzip' ? packGzip(text, { level: 9 }) : packBrotli(text, { params: QUALITY })
}

const QUALITY = { [constants.BROTLI_PARAM_QUALITY]: 6 }
const packGzip = promisify<string, ZlibOptions, Buffer<ArrayBuffer>>(gzip)
const packBrotli = promisify<string, BrotliOptions, Buffer<ArrayBuffer>>(brotliCompress)
