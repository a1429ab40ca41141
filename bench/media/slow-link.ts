import { connect, createServer, type Socket } from 'node:net'

/** A way to a server that is as long as its round trip. */
export interface SlowLink extends AsyncDisposable {
  readonly url: string
}

/** Put a link before a server: each way takes half the round trip, and connecting a whole one. */
export async function openSlowLink(serverUrl: string, roundTripMs: number): Promise<SlowLink> {
  const port = Number(new URL(serverUrl).port)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(port, '127.0.0.1')
    carry(near, far, roundTripMs / 2, roundTripMs)
    carry(far, near, roundTripMs / 2, 0)
    for (const socket of [near, far]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.once('close', () => {
        sockets.delete(socket)
        near.destroy()
        far.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the link has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Nothing goes before the handshake, which loopback does not feel. */
function carry(from: Socket, to: Socket, wayMs: number, handshakeMs: number): void {
  const openAtMs = performance.now() + handshakeMs
  let lastDueMs = 0
  const later = (work: () => void) => {
    const nowMs = performance.now()
    lastDueMs = Math.max(lastDueMs, nowMs + wayMs, openAtMs + wayMs)
    setTimeout(work, lastDueMs - nowMs)
  }
  from.on('data', (bytes) => later(() => to.write(bytes)))
  from.on('end', () => later(() => to.end()))
}
