import {
  ConnectionLost,
  HttpConnection,
  type HttpAnswer,
  type HttpQuestion,
} from './http-connection.ts'

/**
 * The way into one edge: connections that are kept and used again, as browsers keep theirs.
 *
 * An edge that was killed comes back at the same address; connections to the old process are lost,
 * and a question that was on one of them may be asked again with the same ids. [RU3]
 */
export class Door {
  readonly url: string
  readonly #url: URL
  readonly #idle: HttpConnection[] = []

  constructor(url: string) {
    this.#url = new URL(url)
    this.url = this.#url.origin
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
