import type { IncomingMessage, ServerResponse } from 'node:http'

import type { Border } from '../border.ts'
import type { FindPrepared } from '../prepared-answer.ts'

/** Send what lies ready straight from memory. Whether there was anything: if not, ask the app. */
export function createPreparedListener(
  find: FindPrepared,
  border: Border,
): (incoming: IncomingMessage, outgoing: ServerResponse) => boolean {
  return (incoming, outgoing) => {
    const startedMs = border.monotonicMs()
    const { headers, method = 'GET', url: target = '/' } = incoming
    const header = (name: string) => {
      const value = headers[name]
      return typeof value === 'string' ? value : (value?.[0] ?? null)
    }
    const answer = find({ target, header })
    if (answer === null) return false
    const { route, status, fields, body } = answer
    outgoing.writeHead(status, fields as string[])
    outgoing.end(body)
    border.observe({ method, route, status, durationMs: border.monotonicMs() - startedMs })
    return true
  }
}
