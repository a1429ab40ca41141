import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

import type { DropId, VariantId } from '@nightmarket/kernel'
import { WebSocketServer, type WebSocket } from 'ws'

import { createLiveSockets } from '../host/live-socket.ts'
import { LiveHub } from '../live/live-hub.ts'

/** What the bench asks of a server: so many messages, in bursts. */
export interface PublishRequest {
  readonly messages: number
  readonly burst: number
  /** From one burst to the next; 0: as soon as the event loop turns. */
  readonly pauseMs: number
}

/** What a server says of itself. */
export interface MemoryReport {
  readonly viewers: number
  readonly bytes: number
}

type Tell = (text: { readonly variantId: string; readonly unitsHere: number }) => void

/** One writes once and merges; the other is `ws` as everybody uses it. */
const KINDS = { edge: serveHub, bare: serveBare }

const [kind] = process.argv.slice(2)
const { tell, viewers, port } = await KINDS[kind === 'bare' ? 'bare' : 'edge']()
process.on('disconnect', () => process.exit())
process.on('message', (asked: PublishRequest | 'memory') => {
  if (asked === 'memory') process.send?.(readMemory())
  else publish(asked)
})
process.send?.({ port })

/**
 * Each message carries the moment at which it was due, not the one at which the server came to it:
 * a server that is still busy with the message before makes its viewers wait as well.
 */
function publish({ messages, burst, pauseMs }: PublishRequest): void {
  const beganNs = process.hrtime.bigint()
  let sent = 0
  const next = () => {
    const nowNs = process.hrtime.bigint()
    const dueMs = (sent / burst) * pauseMs
    const dueNs = pauseMs === 0 ? nowNs : beganNs + BigInt(Math.round(dueMs * 1e6))
    for (let count = 0; count < burst && sent < messages; count += 1) {
      sent += 1
      tell({ variantId: `sent-${dueNs}`, unitsHere: messages - sent })
    }
    if (sent >= messages) return
    const passedMs = Number(process.hrtime.bigint() - beganNs) / 1e6
    const waitMs = (sent / burst) * pauseMs - passedMs
    if (waitMs > 0) setTimeout(next, waitMs)
    else setImmediate(next)
  }
  next()
}

function readMemory(): MemoryReport {
  globalThis.gc?.()
  const { heapUsed, external, arrayBuffers } = process.memoryUsage()
  return { viewers: viewers(), bytes: heapUsed + external + arrayBuffers }
}

async function serveHub() {
  const hub = new LiveHub({
    epoch: 'bench',
    nowMs: Date.now,
    monotonicMs: () => performance.now(),
    heartbeatMs: 15_000,
    soon: (work) => void setTimeout(work, 0),
    snapshot: () => ({
      type: 'snapshot',
      release: null,
      drops: [],
      overlays: [],
      hasPicture: false,
    }),
  })
  const room = {
    hasRoom: () => true,
    join(...[sink, , resume]: Parameters<Parameters<typeof createLiveSockets>[0]['join']>) {
      const viewer = hub.join(sink, resume)
      return {
        hear: () => undefined,
        watch: () => undefined,
        drained: () => viewer.drained(),
        left: () => viewer.left(),
      }
    },
  }
  const server = createServer()
  server.on('upgrade', createLiveSockets(room))
  const telling: Tell = ({ variantId, unitsHere }) =>
    hub.publish({
      type: 'stock',
      dropId: 'midnight' as DropId,
      variantId: variantId as VariantId,
      unitsHere,
      stock: 'here',
    })
  return { tell: telling, viewers: () => hub.viewers, port: await listen(server) }
}

async function serveBare() {
  const sockets = new Set<WebSocket>()
  const server = createServer()
  const wsServer = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false })
  wsServer.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  let offset = 0
  const telling: Tell = ({ variantId, unitsHere }) => {
    offset += 1
    const message = { type: 'stock', dropId: 'midnight', variantId, unitsHere, stock: 'here' }
    const text = JSON.stringify({ ...message, offset })
    for (const socket of sockets) socket.send(text)
  }
  return { tell: telling, viewers: () => sockets.size, port: await listen(server) }
}

function listen(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', 4_096, () => resolve((server.address() as AddressInfo).port))
  })
}
