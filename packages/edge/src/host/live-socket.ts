import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

import type { Upgrade } from '@nightmarket/http/host'
import { WebSocketServer, type WebSocket } from 'ws'

import type { LiveChannel, LiveGuest } from '../live/live-channel.ts'
import type { LiveSink } from '../live/live-hub.ts'
import { LIVE_MESSAGE_BYTES_MAX, resumePoint, type ResumePoint } from '../live/message.ts'
import { createFrameEncoder } from './live-frame.ts'

/** Where viewers connect. */
export const LIVE_PATH = '/v1/live'

/** Who takes viewers in. */
export type LiveRoom = Pick<LiveChannel, 'hasRoom' | 'join'>

/** What may wait in a viewer's socket before the viewer counts as slow, in bytes. */
const SOCKET_BYTES_MAX = 65_536

/** How long a viewer has to say goodbye, in milliseconds. */
const GOODBYE_MS = 1_000

const CLOSE_CODES = { going_away: 1001, too_slow: 1013 } as const

/** The address that limits count for a peer and its `X-Forwarded-For`. */
export type AddressOf = (peer: string, forwardedFor: string | null) => string

const PEER: AddressOf = (peer) => peer

/**
 * The live channel over WebSockets.
 *
 * `ws` reads what viewers send and speaks the protocol; what everybody is told goes past it, as
 * bytes that were framed once, in one write per viewer and turn. [LV1] Both write whole frames at
 * once to the same socket, so that they never mix.
 */
export function createLiveSockets(live: LiveRoom, addressOf: AddressOf = PEER): Upgrade {
  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: LIVE_MESSAGE_BYTES_MAX,
  })
  const encode = createFrameEncoder()
  return (incoming, socket, head) => {
    const url = new URL(incoming.url ?? '/', 'http://edge')
    if (url.pathname !== LIVE_PATH) return refuse(socket, '404 Not Found')
    const peer = incoming.socket.remoteAddress ?? ''
    const address = addressOf(peer, headerOf(incoming, 'x-forwarded-for'))
    if (!live.hasRoom(address)) {
      return refuse(socket, '503 Service Unavailable', 'Retry-After: 5\r\n')
    }
    server.handleUpgrade(incoming, socket, head, (webSocket) => {
      const wire = { webSocket, socket, encode }
      seat(live, wire, { address, resume: readResume(url, incoming) })
    })
  }
}

interface Wire {
  readonly webSocket: WebSocket
  readonly socket: Duplex
  readonly encode: ReturnType<typeof createFrameEncoder>
}

function seat(
  live: LiveRoom,
  wire: Wire,
  { address, resume }: { readonly address: string; readonly resume: ResumePoint | null },
): void {
  const { webSocket, socket } = wire
  // What is not a frame, or too long, ends the connection by itself.
  webSocket.on('error', () => undefined)
  const guest: LiveGuest = live.join(createSink(wire), address, resume)
  webSocket.on('message', (data, isBinary) => {
    guest.hear(!isBinary && Buffer.isBuffer(data) ? data.toString() : '')
  })
  webSocket.once('close', () => guest.left())
  socket.on('drain', () => guest.drained())
}

function createSink({ webSocket, socket, encode }: Wire): LiveSink {
  let isThere = true
  webSocket.on('pong', () => {
    isThere = true
  })
  return {
    write(batch) {
      if (webSocket.readyState !== webSocket.OPEN) return true
      socket.write(encode(batch))
      return socket.writableLength < SOCKET_BYTES_MAX
    },
    ping() {
      if (!isThere) return webSocket.terminate()
      isThere = false
      webSocket.ping()
    },
    close(reason) {
      webSocket.close(CLOSE_CODES[reason], reason)
      setTimeout(() => webSocket.terminate(), GOODBYE_MS).unref()
    },
  }
}

function readResume(url: URL, { headers }: IncomingMessage): ResumePoint | null {
  const asked = url.searchParams.get('resume') ?? headers['last-event-id']
  const point = resumePoint.safeParse(asked)
  return point.success ? point.data : null
}

function refuse(socket: Duplex, status: string, headers = ''): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n${headers}\r\n`)
}

/** Several headers of a name are one list. */
function headerOf({ headers }: IncomingMessage, name: string): string | null {
  const value = headers[name]
  return Array.isArray(value) ? value.join(',') : (value ?? null)
}
