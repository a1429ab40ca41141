import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net'

/**
 * A TCP link that can be cut: what an edge takes for the way to its core.
 *
 * Cut, it behaves as a network that lost the way: nothing arrives, nothing is refused, new
 * connections hang. Restored, what hung goes on where it was, as TCP would repeat it. [RU2]
 */
export class CutLink implements AsyncDisposable {
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #sockets = new Set<Socket>()
  #isCut = false

  private constructor(target: URL) {
    this.#target = { host: target.hostname, port: Number(target.port) }
    // Each end closes when its own side says so, not when the other does.
    this.#server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => this.#join(near))
  }

  /** Open a link to `targetUrl` on a free port of this machine. */
  static async open(targetUrl: string): Promise<CutLink> {
    const link = new CutLink(new URL(targetUrl))
    await new Promise<void>((resolve, reject) => {
      link.#server.once('error', reject)
      link.#server.listen(0, '127.0.0.1', resolve)
    })
    return link
  }

  /** What the near side connects to. */
  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  get isCut(): boolean {
    return this.#isCut
  }

  /** From now on nothing passes, in either direction. */
  cut(): void {
    this.#isCut = true
    for (const socket of this.#sockets) socket.pause()
  }

  /** Everything passes again. */
  restore(): void {
    this.#isCut = false
    for (const socket of this.#sockets) socket.resume()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  #join(near: Socket): void {
    const far = connect({ ...this.#target, allowHalfOpen: true, noDelay: true })
    this.#carry(near, far)
    this.#carry(far, near)
  }

  #carry(from: Socket, to: Socket): void {
    this.#sockets.add(from)
    if (this.#isCut) from.pause()
    from.on('data', (bytes) => {
      if (!to.write(bytes)) from.pause()
    })
    to.on('drain', () => {
      if (!this.#isCut) from.resume()
    })
    from.on('end', () => to.end())
    // A reset is one as well for the other side.
    from.on('error', () => to.destroy())
    from.on('close', () => {
      this.#sockets.delete(from)
      to.destroySoon()
    })
  }
}
