import { readText } from '@nightmarket/http'
import type { Context } from 'hono'

/** The longest form that is read: a pasted receipt is the longest. */
const FORM_BYTES_MAX = 96 * 1024

/**
 * Read a form that our own page sent. `null` for one from elsewhere: another site could make a
 * viewer's browser send it, though `SameSite` keeps the viewer's id out of it.
 */
export async function readForm(c: Context): Promise<URLSearchParams | null> {
  const type = c.req.header('content-type') ?? ''
  if (!isOwnPage(c) || !type.startsWith('application/x-www-form-urlencoded')) return null
  const text = await readText(c.req.raw, FORM_BYTES_MAX)
  return text.ok ? new URLSearchParams(text.value) : null
}

/** Whether the browser says that the form was sent by a page of this site. */
function isOwnPage(c: Context): boolean {
  const site = c.req.header('sec-fetch-site')
  if (site !== undefined) return site === 'same-origin'
  const origin = c.req.header('origin')
  const host = c.req.header('host') ?? new URL(c.req.url).host
  return origin !== undefined && URL.canParse(origin) && new URL(origin).host === host
}
