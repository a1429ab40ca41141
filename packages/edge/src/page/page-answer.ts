import { CACHE, matchesTag } from '@nightmarket/http'
import type { Context } from 'hono'
import type { ContentfulStatusCode } from 'hono/utils/http-status'

import { STRIPE_SCRIPT_URL, type Sibling, type StageFile, type StageParts } from './stage-parts.ts'

/** What a page's policy depends on. */
export type PolicyParts = Pick<StageParts, 'payments'> & {
  readonly siblings: () => readonly Sibling[]
}

/**
 * What pages may do. No script or style stands in a page, so that none needs a nonce and the same
 * page may be kept for everybody; the JSON in it is data, and is not run. The addresses of sibling
 * edges are there for the page to move to; Stripe's only when it is configured.
 */
export function pagePolicy({ payments, siblings }: PolicyParts): string {
  const stripe = stripeSources(payments)
  const connect = [
    "'self'",
    ...siblings().flatMap(({ url }) => [url, url.replace(/^http/, 'ws')]),
    ...stripe.connect,
  ]
  return [
    "default-src 'none'",
    `script-src ${["'self'", ...stripe.script].join(' ')}`,
    "style-src 'self'",
    "img-src 'self' data: blob:",
    "media-src 'self' blob:",
    "font-src 'self'",
    `connect-src ${connect.join(' ')}`,
    `frame-src ${stripe.frame.join(' ') || "'none'"}`,
    "worker-src 'self' blob:",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** What Stripe's form needs: its own addresses, or those of the stand-in that is configured. */
function stripeSources(payments: StageParts['payments']): StripeSources {
  if (payments.kind !== 'stripe') return { script: [], connect: [], frame: [] }
  const { origin } = new URL(payments.scriptUrl)
  if (payments.scriptUrl !== STRIPE_SCRIPT_URL) {
    return { script: [origin], connect: [], frame: [origin] }
  }
  const frame = [origin, 'https://hooks.stripe.com']
  return { script: [origin], connect: ['https://api.stripe.com'], frame }
}

interface StripeSources {
  readonly script: readonly string[]
  readonly connect: readonly string[]
  readonly frame: readonly string[]
}

/** Headers of every page. A referrer within the site tells a form's origin, and nobody else. */
export function pageHeaders(parts: PolicyParts): Readonly<Record<string, string>> {
  return {
    'Content-Type': 'text/html; charset=utf-8',
    'Content-Security-Policy': pagePolicy(parts),
    'Referrer-Policy': 'same-origin',
    'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
    'Cross-Origin-Opener-Policy': 'same-origin',
    Vary: 'Accept-Encoding, Accept-Language',
  }
}

/** A page of one viewer: kept nowhere. */
export function answerPage(c: Context, parts: PolicyParts, text: string, status = 200): Response {
  const headers = { ...pageHeaders(parts), 'Cache-Control': CACHE.never }
  return c.body(text, status as ContentfulStatusCode, headers)
}

/** The form to send for an `Accept-Encoding`; `q=0` is a no. */
export function takenPacking(
  accepted: string | null,
  hasBrotli = true,
): 'br' | 'gzip' | 'identity' {
  if (accepted === null) return 'identity'
  if (hasBrotli && BROTLI.test(accepted)) return 'br'
  return GZIP.test(accepted) ? 'gzip' : 'identity'
}

const BROTLI = /\bbr\b(?!;q=0(?:\.0+)?\b)/
const GZIP = /\bgzip\b(?!;q=0(?:\.0+)?\b)/

/** Send a file in the smallest form that the asker takes; `304` when it has it already. */
export function sendFile(
  c: Context,
  file: StageFile,
  more: Readonly<Record<string, string>> = {},
): Response {
  const headers: Record<string, string> = {
    ...more,
    'Content-Type': file.contentType,
    'Cache-Control': file.isImmutable ? CACHE.immutable : CACHE.brief,
    ETag: file.etag,
    Vary: more['Vary'] ?? 'Accept-Encoding',
  }
  if (matchesTag(c.req.header('if-none-match'), file.etag)) {
    return new Response(null, { status: 304, headers })
  }
  const taken = takenPacking(c.req.header('accept-encoding') ?? null, file.brotli !== null)
  const packed = taken === 'identity' ? null : taken
  const body = packed === 'br' ? file.brotli : packed === 'gzip' ? file.gzip : null
  if (packed !== null && body !== null) headers['Content-Encoding'] = packed
  return new Response(body ?? file.identity, { headers })
}
