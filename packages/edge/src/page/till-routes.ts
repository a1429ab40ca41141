import { Hono } from 'hono'

import { sendFile } from './page-answer.ts'
import type { StageFile } from './stage-parts.ts'

/**
 * What the till's page may do: run its own script, and the WebAssembly that reads barcodes, and
 * speak to its own edge; nothing else.
 */
const POLICY = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "manifest-src 'self'",
  "form-action 'none'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const HEADERS: Readonly<Record<string, string>> = {
  'Content-Security-Policy': POLICY,
  'Referrer-Policy': 'no-referrer',
  'Permissions-Policy': 'camera=(self), usb=(self), serial=(self), microphone=(), geolocation=()',
  'Cross-Origin-Opener-Policy': 'same-origin',
}

/**
 * The till's app under `/till/`.
 *
 * - [TI1] It runs its own script alone, speaks to its own edge alone, and is framed by nobody; what
 *   its address names by content may be kept for good, its page and its worker are asked for again.
 */
export function tillRoutes(files: ReadonlyMap<string, StageFile>): Hono {
  return new Hono()
    .get('/till', (c) => c.redirect('/till/', 308))
    .get('/till/*', (c) => {
      const path = c.req.path.slice('/till/'.length)
      const file = files.get(path === '' ? 'index.html' : path)
      return file === undefined ? c.notFound() : sendFile(c, file, HEADERS)
    })
}
