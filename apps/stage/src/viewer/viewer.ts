/** The cookie that holds this viewer's random id. The edge's forms read it too. */
export const BUYER_COOKIE = 'nightmarket-buyer'

/** The cookie that holds the viewer's answer: `yes`, `no`, or nothing yet. */
export const CONSENT_COOKIE = 'nightmarket-offers'

const YEAR_SECONDS = 31_536_000

/** This viewer's random id, made on the first look and kept on this device. */
export function buyerId(): string {
  const known = readCookie(BUYER_COOKIE)
  if (known !== null) return known
  const made = crypto.randomUUID()
  writeCookie(BUYER_COOKIE, made)
  return made
}

/** Whether offers may depend on the viewer; `null` when nobody asked yet. */
export function consent(): boolean | null {
  const said = readCookie(CONSENT_COOKIE)
  return said === null ? null : said === 'yes'
}

/** Keep the viewer's answer. */
export function setConsent(mayBePersonal: boolean): void {
  writeCookie(CONSENT_COOKIE, mayBePersonal ? 'yes' : 'no')
}

/** How long this page has been open, at most a day: an edge heeds it only with consent. */
export function dwellMs(): number {
  return Math.min(86_400_000, Math.floor(performance.now()))
}

function readCookie(name: string): string | null {
  const found = document.cookie.split('; ').find((each) => each.startsWith(`${name}=`))
  return found === undefined ? null : decodeURIComponent(found.slice(name.length + 1))
}

function writeCookie(name: string, value: string): void {
  const secure = location.protocol === 'https:' ? '; Secure' : ''
  const life = `Path=/; Max-Age=${YEAR_SECONDS}; SameSite=Lax${secure}`
  document.cookie = `${name}=${encodeURIComponent(value)}; ${life}`
}
