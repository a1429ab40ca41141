import { connect, createServer, type Socket } from 'node:net'

/** A way to a server on this machine that somebody stands in. */
export interface TcpLink extends AsyncDisposable {
  readonly url: string
  /** End every connection that there is. */
  breakAll(): void
}

/**
 * Put a link before a server on this machine. `join` carries bytes between a caller and the server
 * as it likes; when either goes, so does the other.
 */
export async function openTcpLink(
  serverUrl: string,
  join: (near: Socket, far: Socket) => void,
  mayPass: () => boolean = () => true,
): Promise<TcpLink> {
  const port = Number(new URL(serverUrl).port)
  const sockets = new Set<Socket>()
  const server = createServer((near) => {
    if (!mayPass()) return void near.destroy()
    const far = connect(port, '127.0.0.1')
    join(near, far)
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
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  return {
    url: `http://127.0.0.1:${address.port}`,
    breakAll,
    async [Symbol.asyncDispose]() {
      breakAll()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
