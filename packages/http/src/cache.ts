import { bytesToHex, utf8ToBytes, type Digest } from '@nightmarket/kernel'
import type { Context } from 'hono'

/** A strong entity tag of a text: 128 bits of its digest. */
export function entityTag(text: string, digest: Digest): string {
  return `"${bytesToHex(digest(utf8ToBytes(text)).subarray(0, 16))}"`
}

/** Whether `If-None-Match` names this tag: weak comparison, lists and `*` included. RFC 9110. */
export function matchesTag(header: string | null | undefined, etag: string): boolean {
  if (header === null || header === undefined) return false
  return header.split(',').some((candidate) => {
    const tag = candidate.trim().replace(/^W\//, '')
    return tag === '*' || tag === etag
  })
}

/** How long a public answer may be kept, as `Cache-Control`. */
export const CACHE = {
  /** Shared caches answer for a second, and ask again with the tag after that. */
  brief: 'public, max-age=1, stale-while-revalidate=5',
  /** The content of this address never changes. */
  immutable: 'public, max-age=31536000, immutable',
  /** The same, for the one who may see it. */
  immutablePrivate: 'private, max-age=31536000, immutable',
  /** Somebody's own answer. */
  never: 'no-store',
} as const

/** Answer a text that may be cached: `304` when the asker has it already. */
export function cached(
  c: Context,
  content: { readonly text: string; readonly contentType: string; readonly etag: string },
  cacheControl: string,
): Response {
  const headers = { ETag: content.etag, 'Cache-Control': cacheControl }
  if (matchesTag(c.req.header('if-none-match'), content.etag)) {
    return new Response(null, { status: 304, headers })
  }
  return new Response(content.text, {
    headers: { ...headers, 'Content-Type': content.contentType },
  })
}
