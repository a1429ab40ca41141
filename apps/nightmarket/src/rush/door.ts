import { ConnectionLost, HttpConnection, type HttpAnswer, type HttpQuestion } from './http-connection.ts'

/**
 * The way into one edge: connections that are kept and used again, as browsers keep theirs.
 *
 * An edge that was killed comes back at another port, so the address may change under way.
 */
export class Door {
  #url: URL
  readonly #idle: HttpConnection[] = []

  constructor(url: string) {
    this.#url = new URL(url)
  }

  /** Where the edge is now. */
  get url(): string {
    return this.#url.origin
  }

  /** The edge moved: what was connected to its old address is over. */
  moveTo(url: string): void {
    this.close()
    this.#url = new URL(url)
  }

  /** Ask the edge. Throws `ConnectionLost` when whether it heard is unknown. */
  async ask(question: HttpQuestion): Promise<HttpAnswer> {
    const connection = this.#take()
    const answer = await connection.ask(question)
    if (connection.isOpen) this.#idle.push(connection)
    return answer
  }

  close(): void {
    for (const connection of this.#idle.splice(0)) connection.close()
  }

  #take(): HttpConnection {
    for (;;) {
      const connection = this.#idle.pop()
      if (connection === undefined) return new HttpConnection(this.#url)
      if (connection.isOpen) return connection
    }
  }
}

/** Whether an error is the connection's, so that asking again is safe and right. */
export function isConnectionLost(error: unknown): error is ConnectionLost {
  return error instanceof ConnectionLost
}
