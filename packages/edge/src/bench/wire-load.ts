import { connect, type Socket } from 'node:net'

/** What one load came to. */
export interface LoadFigures {
  readonly requestsPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/**
 * Send prepared requests over kept-alive connections, one after another on each, as fast as they
 * are answered. Writes bytes and counts bytes: a client that parsed more would measure itself.
 */
export async function loadServer(
  port: number,
  requests: readonly Buffer[],
  connections: number,
  expectedStatus: string,
  onBody: (body: string) => void = () => undefined,
): Promise<LoadFigures> {
  const latenciesMs: number[] = []
  let next = 0
  const take = () => requests[next++]
  const startedMs = performance.now()
  await Promise.all(
    Array.from({ length: connections }, () =>
      runConnection({ port, take, expectedStatus, latenciesMs, onBody }),
    ),
  )
  const elapsedMs = performance.now() - startedMs
  latenciesMs.sort((left, right) => left - right)
  const at = (share: number) => latenciesMs[Math.floor(latenciesMs.length * share)] ?? 0
  return {
    requestsPerSecond: Math.round((requests.length / elapsedMs) * 1_000),
    p50Ms: at(0.5),
    p99Ms: at(0.99),
  }
}

interface Load {
  readonly port: number
  readonly take: () => Buffer | undefined
  readonly expectedStatus: string
  readonly latenciesMs: number[]
  readonly onBody: (body: string) => void
}

function runConnection({ port, take, expectedStatus, latenciesMs, onBody }: Load): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    let sentMs = 0
    const send = () => {
      const request = take()
      if (request === undefined) {
        socket.destroy()
        resolve()
        return
      }
      sentMs = performance.now()
      socket.write(request)
    }
    socket.on('connect', send)
    socket.on('error', reject)
    onAnswers(socket, (status, body) => {
      if (status !== expectedStatus) {
        socket.destroy()
        reject(new Error(`unexpected answer ${status}: ${body()}`))
        return
      }
      latenciesMs.push(performance.now() - sentMs)
      if (onBody.length > 0) onBody(body())
      send()
    })
  })
}

/** An answer is whole when as many bytes as its Content-Length says have followed its head. */
function onAnswers(socket: Socket, onAnswer: (status: string, body: () => string) => void): void {
  let held: Buffer | null = null
  socket.on('data', (chunk: Buffer) => {
    const data: Buffer = held === null ? chunk : Buffer.concat([held, chunk])
    const headEnd = data.indexOf('\r\n\r\n')
    const head = data.toString('latin1', 0, Math.max(0, headEnd))
    const match = /content-length: (\d+)/i.exec(head)
    if (match === null || data.length < headEnd + 4 + Number(match[1])) {
      held = data
      return
    }
    held = null
    onAnswer(head.slice(9, 12), () => data.toString('utf8', headEnd + 4))
  })
}

/** A whole HTTP request as bytes. */
export function writeRequest(path: string, body: string): Buffer {
  return Buffer.from(
    `POST ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
}
