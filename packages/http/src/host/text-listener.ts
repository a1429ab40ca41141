import type { IncomingMessage, ServerResponse } from 'node:http'

import { isJsonType } from '../body.ts'
import { SECURITY_HEADERS, type Border } from '../border.ts'
import type { TextAnswer, TextRoute } from '../text-route.ts'

/** Flat name and value pairs, as `writeHead` takes them without a copy. */
const HEADERS_ALWAYS: readonly string[] = Object.entries(SECURITY_HEADERS).flat()

/** Answer a text route straight from Node's request to Node's response. */
export function createTextListener(
  route: TextRoute,
  border: Border,
): (incoming: IncomingMessage, outgoing: ServerResponse) => void {
  const at = { method: route.method, route: route.path }
  return (incoming, outgoing) => {
    const startedMs = border.monotonicMs()
    const finish = (answer: TextAnswer) => {
      send(outgoing, answer)
      const durationMs = border.monotonicMs() - startedMs
      border.observe({ method: at.method, route: at.route, status: answer.status, durationMs })
    }
    if (!isJsonType(incoming.headers['content-type'] ?? null)) {
      const refusal = { code: 'unsupported_media_type', accepted: 'application/json' } as const
      return refuse(incoming, outgoing, () => finish(border.problems.answer(refusal)))
    }
    readBody(incoming, route.bodyBytesMax, (body) => {
      if (body === null) {
        const refusal = { code: 'body_too_large', bodyBytesMax: route.bodyBytesMax } as const
        return refuse(incoming, outgoing, () => finish(border.problems.answer(refusal)))
      }
      const header = (name: string) => headerOf(incoming, name)
      route.handle({ body, header }).then(finish, (error) => finish(border.fault(error, at)))
    })
  }
}

/** Most bodies arrive in one piece, which is decoded where it lies. */
function readBody(
  incoming: IncomingMessage,
  bodyBytesMax: number,
  done: (body: string | null) => void,
): void {
  if (Number(incoming.headers['content-length'] ?? 0) > bodyBytesMax) return done(null)
  let chunks: Buffer[] | null = []
  let bytes = 0
  incoming.on('data', (chunk: Buffer) => {
    if (chunks === null) return
    bytes += chunk.length
    chunks.push(chunk)
    if (bytes <= bodyBytesMax) return
    chunks = null
    done(null)
  })
  incoming.on('end', () => {
    if (chunks === null) return
    const [first] = chunks
    done(chunks.length === 1 && first !== undefined ? first.toString() : concat(chunks))
  })
}

function concat(chunks: readonly Buffer[]): string {
  return Buffer.concat(chunks).toString()
}

/** What is left of the body is not read: the connection ends with the answer. */
function refuse(incoming: IncomingMessage, outgoing: ServerResponse, answer: () => void): void {
  outgoing.shouldKeepAlive = false
  incoming.resume()
  answer()
}

function headerOf(incoming: IncomingMessage, name: string): string | null {
  const value = incoming.headers[name]
  return typeof value === 'string' ? value : (value?.[0] ?? null)
}

function send(outgoing: ServerResponse, answer: TextAnswer): void {
  const { status, contentType, headers, body } = answer
  const length = Buffer.byteLength(body)
  const fields = ['Content-Type', contentType, 'Content-Length', String(length), ...HEADERS_ALWAYS]
  for (const name in headers) fields.push(name, headers[name] ?? '')
  outgoing.writeHead(status, fields)
  // As many bytes as characters: all of them are ASCII, which needs no transcoding.
  outgoing.end(body, length === body.length ? 'latin1' : 'utf8')
}
