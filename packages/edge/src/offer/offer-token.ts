import {
  base64UrlToBytes,
  bytesToBase64Url,
  bytesToUtf8,
  err,
  ok,
  utf8ToBytes,
  type OfferToken,
  type Result,
} from '@nightmarket/kernel'
import { isTextEqual } from '@nightmarket/http'

/**
 * HMAC-SHA256 of a text under this edge's secret, as base64url. Brought by the host, which keeps
 * the key object: HMAC is twenty times as fast as a signature, and nobody else has to check it.
 */
export type TokenMac = (text: string) => string

export type TokenRejection =
  { readonly code: 'token_invalid' } | { readonly code: 'token_foreign'; readonly audience: string }

/**
 * Write an offer token: `base64url(JSON) . base64url(HMAC-SHA256)`. [TK1]
 *
 * Not encrypted: it says what the page shows, and a random viewer id.
 */
export function sealToken(token: OfferToken, mac: TokenMac): string {
  const payload = bytesToBase64Url(utf8ToBytes(JSON.stringify(token)))
  return `${payload}.${mac(payload)}`
}

/**
 * Read an untrusted token.
 *
 * - [TK2] Whatever was changed, cut or made elsewhere is `token_invalid`.
 * - [TK3] A token that names another node or epoch is `token_foreign`, so that the page can go
 *   there; without this edge's secret that name is only a hint, and nothing is sold on it.
 *
 * Its expiry and its one use are for the stall to decide: a repeated order gets its old answer.
 */
export function openToken(
  text: string,
  audience: string,
  mac: TokenMac,
): Result<OfferToken, TokenRejection> {
  const dot = text.indexOf('.')
  const payload = text.slice(0, Math.max(0, dot))
  if (isTextEqual(mac(payload), text.slice(dot + 1))) return openPayload(payload, audience)
  const claimed = readPayload(payload)?.audience
  const isForeign = typeof claimed === 'string' && claimed !== audience
  return isForeign && /^[\w.:~-]{1,128}\/\d{1,16}$/.test(claimed)
    ? err({ code: 'token_foreign', audience: claimed })
    : err({ code: 'token_invalid' })
}

/** The HMAC says that `sealToken` wrote it: its shape is ours. */
function openPayload(payload: string, audience: string): Result<OfferToken, TokenRejection> {
  const token = readPayload(payload) as OfferToken
  if (token.audience === audience) return ok(token)
  return err({ code: 'token_foreign', audience: token.audience })
}

function readPayload(payload: string): Partial<OfferToken> | null {
  try {
    const value: unknown = JSON.parse(bytesToUtf8(base64UrlToBytes(payload)))
    return typeof value === 'object' && value !== null ? value : null
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof TypeError) return null
    throw error
  }
}
