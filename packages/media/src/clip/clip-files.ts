import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname } from 'node:path'
import { Readable } from 'node:stream'

import { CACHE } from '@nightmarket/http'
import { Hono } from 'hono'

import { CLIP_PROBLEMS } from './clip-problem.ts'
import { CLIP_FILES } from './clip-schema.ts'
import type { ClipShelf } from './clip-shelf.ts'

const KINDS: Readonly<Record<string, string>> = {
  '.mp4': 'video/mp4',
  '.jpg': 'image/jpeg',
  '.vtt': 'text/vtt; charset=utf-8',
}

/**
 * The files of clips, by ranges, so that a player may begin anywhere. A name holds the hash of its
 * content: it may be kept for good, and only who was given it can know it. [CL11]
 */
export function clipFiles(shelf: ClipShelf): Hono {
  return new Hono().get(`${CLIP_FILES}/:name`, async (c) => {
    const path = shelf.pathOf(c.req.param('name'))
    const contentType = KINDS[extname(path ?? '')]
    if (path === null || contentType === undefined) {
      return CLIP_PROBLEMS.respond({ code: 'not_found' })
    }
    const { size } = await stat(path)
    const range = parseRange(c.req.header('range'), size)
    const headers = {
      'Content-Type': contentType,
      'Accept-Ranges': 'bytes',
      'Cache-Control': CACHE.immutable,
      'Cross-Origin-Resource-Policy': 'cross-origin',
    }
    if (range === 'unsatisfiable') {
      return new Response(null, { status: 416, headers: { 'Content-Range': `bytes */${size}` } })
    }
    const [start, end] = range ?? [0, size - 1]
    const length = { ...headers, 'Content-Length': String(end - start + 1) }
    const isHead = c.req.method === 'HEAD'
    const body = isHead ? null : Readable.toWeb(createReadStream(path, { start, end }))
    if (range === null) return new Response(body as ReadableStream | null, { headers: length })
    const partial = { ...length, 'Content-Range': `bytes ${start}-${end}/${size}` }
    return new Response(body as ReadableStream | null, { status: 206, headers: partial })
  })
}

/** One range of bytes, both ends in it; `null` for the whole. RFC 9110. */
export function parseRange(
  header: string | undefined,
  size: number,
): readonly [start: number, end: number] | 'unsatisfiable' | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header ?? '')
  if (match === null) return null
  const [, first = '', last = ''] = match
  if (first === '' && last === '') return null
  const start = first === '' ? Math.max(0, size - Number(last)) : Number(first)
  const end = first === '' || last === '' ? size - 1 : Math.min(size - 1, Number(last))
  return start >= size || end < start ? 'unsatisfiable' : [start, end]
}
