import type { BuyerId } from '@nightmarket/kernel'
import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'

/** The cookie that holds a viewer's random id. The page's script reads it too. */
export const BUYER_COOKIE = 'nightmarket-buyer'

/** The cookie that holds a viewer's answer about personal offers: `yes` or `no`. */
export const CONSENT_COOKIE = 'nightmarket-offers'

/** The cookie that holds the secret of a wallet: no script needs it, so that none can read it. */
const WALLET_COOKIE = 'nightmarket-wallet'

const YEAR_SECONDS = 31_536_000

/** The viewer's random id; `null` before there is one, or when the cookie holds something else. */
export function buyerOf(c: Context): BuyerId | null {
  const text = getCookie(c, BUYER_COOKIE) ?? ''
  return /^[A-Za-z0-9][A-Za-z0-9._-]{7,119}$/.test(text) ? (text as BuyerId) : null
}

/** The viewer's random id; a new one is made and kept on the device. */
export function ensureBuyer(c: Context, newId: () => string): BuyerId {
  const known = buyerOf(c)
  if (known !== null) return known
  const made = newId() as BuyerId
  keep(c, BUYER_COOKIE, made)
  return made
}

/** The secret of the viewer's wallet at this edge; `null` before there is one. */
export function walletKeyOf(c: Context): string | null {
  const text = getCookie(c, WALLET_COOKIE) ?? ''
  return /^[A-Za-z0-9_-]{22,128}$/.test(text) ? text : null
}

/** Give the viewer a fresh secret for a wallet. */
export function keepWalletKey(c: Context, walletKey: string): void {
  const secure = new URL(c.req.url).protocol === 'https:'
  const settings = { path: '/', maxAge: YEAR_SECONDS, sameSite: 'Lax', httpOnly: true } as const
  setCookie(c, WALLET_COOKIE, walletKey, { ...settings, secure })
}

/** What the viewer answered; `null`: nobody asked yet. */
export function consentOf(c: Context): boolean | null {
  const said = getCookie(c, CONSENT_COOKIE)
  return said === 'yes' ? true : said === 'no' ? false : null
}

/** Keep the viewer's answer on the device. */
export function keepConsent(c: Context, mayBePersonal: boolean): void {
  keep(c, CONSENT_COOKIE, mayBePersonal ? 'yes' : 'no')
}

/**
 * The script needs both to talk to the edge that an order is at, so they are not `HttpOnly`; `Lax`
 * keeps them out of what other sites post.
 */
function keep(c: Context, name: string, value: string): void {
  const secure = new URL(c.req.url).protocol === 'https:'
  setCookie(c, name, value, { path: '/', maxAge: YEAR_SECONDS, sameSite: 'Lax', secure })
}
