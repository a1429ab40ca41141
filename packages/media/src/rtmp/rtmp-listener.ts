import { once } from 'node:events'
import { createServer, type AddressInfo, type Socket } from 'node:net'

import { RtmpSession, type Admit } from './rtmp-session.ts'

/** Encoders that may be connected at once, let in or not. */
const CONNECTIONS_MAX = 32

/** A port that encoders send to. */
export interface RtmpListener extends AsyncDisposable {
  readonly port: number
}

/** Listen for encoders. Throws Node's own error when the port cannot be taken. [RT1] */
export async function listenRtmp(options: {
  /** 0 takes a free one. */
  readonly port: number
  readonly hostname: string
  readonly admit: Admit
}): Promise<RtmpListener> {
  const { port, hostname, admit } = options
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    return new RtmpSession(socket, admit)
  })
  server.maxConnections = CONNECTIONS_MAX
  server.listen(port, hostname)
  await once(server, 'listening')
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      const closed = once(server, 'close')
      server.close()
      for (const socket of sockets) socket.destroy()
      await closed
    },
  }
}
