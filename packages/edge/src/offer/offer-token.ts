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

/** Why a text is no token of this edge. */
export type TokenRejection =
  { readonly code: 'token_invalid' } | { readonly code: 'token_foreign'; readonly audience: string }

/** Writes and reads the offer tokens of one edge. */
export interface TokenDesk {
  /** `<nodeId>/<epoch>` of this edge. */
  readonly audience: string
  /**
   * Write an offer token: `base64url(JSON) . base64url(HMAC-SHA256)`. [TK1]
   *
   * Not encrypted: it says what the page shows, and a random viewer id.
   */
  seal(token: OfferToken): string
  /**
   * Read an untrusted token.
   *
   * - [TK2] Whatever was changed, cut or made elsewhere is `token_invalid`.
   * - [TK3] A token that names another node or epoch is `token_foreign`, so that the page can go
   *   there; without this edge's secret that name is only a hint, and nothing is sold on it.
   *
   * Its expiry and its one use are for the stall to decide: a repeated order gets its old answer.
   */
  open(text: string): Result<OfferToken, TokenRejection>
}

/** How many tokens are kept read, in two halves: a rush buys with what was just given out. */
export const TOKENS_KEPT_MAX = 16_384

/** Make the desk of one edge. */
export function createTokenDesk(audience: string, mac: TokenMac): TokenDesk {
  const kept = new KeptTokens()
  return {
    audience,
    seal(token) {
      const payload = bytesToBase64Url(utf8ToBytes(JSON.stringify(token)))
      const text = `${payload}.${mac(payload)}`
      if (token.audience === audience) kept.add(text, token)
      return text
    },
    open(text) {
      const known = kept.find(text)
      if (known !== undefined) return ok(known)
      const opened = openToken(text, audience, mac)
      if (opened.ok) kept.add(text, opened.value)
      return opened
    },
  }
}

/** Tokens whose HMAC was made or checked here, so that the tap need not check it again. */
class KeptTokens {
  #young = new Map<string, OfferToken>()
  #old = new Map<string, OfferToken>()

  find(text: string): OfferToken | undefined {
    return this.#young.get(text) ?? this.#old.get(text)
  }

  add(text: string, token: OfferToken): void {
    this.#young.set(text, token)
    if (this.#young.size < TOKENS_KEPT_MAX / 2) return
    this.#old = this.#young
    this.#young = new Map()
  }
}

function openToken(
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
