import { connect, type Socket } from 'node:net'

/** An answer as it came: the body is not parsed, since most are only counted. */
export interface HttpAnswer {
  readonly status: number
  readonly body: string
}

/** What is asked of a server. */
export interface HttpQuestion {
  readonly method: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  /** Lower-case names; values without line breaks. */
  readonly headers?: Readonly<Record<string, string>>
  /** JSON. */
  readonly body?: string
}

/** The connection ended, could not be made, or stayed silent: whether it was heard is unknown. */
export class ConnectionLost extends Error {
  override readonly name = 'ConnectionLost'
}

/** How long an answer may take before its connection is given up. */
const ANSWER_MS_MAX = 40_000

/**
 * One kept-alive HTTP/1.1 connection, one question at a time.
 *
 * A rush shares its cores with the servers that it measures, so its own share has to be small: on
 * one core this asks 60,000 times a second, where `node:http` with an agent asks 27,000 times.
 */
export class HttpConnection {
  readonly #socket: Socket
  readonly #authority: string
  readonly #reader = new AnswerReader()
  #asking: PromiseWithResolvers<HttpAnswer> | null = null
  #isOpen = true

  constructor(url: URL) {
    this.#authority = url.host
    this.#socket = connect({ host: url.hostname, port: Number(url.port || 80), noDelay: true })
    this.#socket.setTimeout(ANSWER_MS_MAX, () => this.close())
    // One byte, one character: lengths in headers are bytes.
    this.#socket.setEncoding('latin1')
    this.#socket.on('data', (text) => this.#take(String(text)))
    this.#socket.on('error', () => this.close())
    this.#socket.on('close', () => this.close())
  }

  /** Whether it can be asked: a server closes connections that were idle for long. */
  get isOpen(): boolean {
    return this.#isOpen
  }

  /** Ask and wait for the answer. Throws `ConnectionLost`. */
  ask(question: HttpQuestion): Promise<HttpAnswer> {
    if (!this.#isOpen || this.#asking !== null) return Promise.reject(new ConnectionLost())
    this.#asking = Promise.withResolvers()
    this.#socket.write(writeQuestion(question, this.#authority))
    return this.#asking.promise
  }

  close(): void {
    this.#isOpen = false
    this.#socket.destroy()
    this.#asking?.reject(new ConnectionLost())
    this.#asking = null
  }

  #take(text: string): void {
    const answer = this.#reader.read(text)
    if (answer === null || this.#asking === null) return
    if (answer.isLast) {
      this.#isOpen = false
      this.#socket.end()
    }
    const { resolve } = this.#asking
    this.#asking = null
    resolve({ status: answer.status, body: answer.body })
  }
}

function writeQuestion({ method, path, headers, body }: HttpQuestion, authority: string): string {
  let head = `${method} ${path} HTTP/1.1\r\nhost: ${authority}\r\n`
  for (const name in headers) head += `${name}: ${headers[name]}\r\n`
  if (body === undefined) return `${head}\r\n`
  const length = Buffer.byteLength(body)
  return `${head}content-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`
}

interface ReadAnswer extends HttpAnswer {
  /** The server closes the connection after it. */
  readonly isLast: boolean
}

/** Puts an answer together from the pieces in which it arrives. */
class AnswerReader {
  #text = ''

  /** The answer once it is whole, else `null`. */
  read(piece: string): ReadAnswer | null {
    this.#text = this.#text === '' ? piece : this.#text + piece
    const headEnd = this.#text.indexOf('\r\n\r\n')
    if (headEnd < 0) return null
    const head = this.#text.slice(0, headEnd)
    const bytes = this.#bodyOf(head, headEnd + 4)
    if (bytes === null) return null
    this.#text = ''
    const isLast = /\r\nconnection: *close/i.test(head)
    return { status: Number(head.slice(9, 12)), body: toUtf8(bytes), isLast }
  }

  #bodyOf(head: string, start: number): string | null {
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1]
    if (length === undefined) {
      const isChunked = /\r\ntransfer-encoding: *chunked/i.test(head)
      return isChunked ? joinChunks(this.#text, start) : ''
    }
    const end = start + Number(length)
    return this.#text.length < end ? null : this.#text.slice(start, end)
  }
}

/** The chunks' content, or `null` while the last one is missing. */
function joinChunks(text: string, start: number): string | null {
  let body = ''
  for (let at = start; ; ) {
    const lineEnd = text.indexOf('\r\n', at)
    if (lineEnd < 0) return null
    const size = Number.parseInt(text.slice(at, lineEnd), 16)
    const end = lineEnd + 2 + size
    if (text.length < end + 2) return null
    if (size === 0) return body
    body += text.slice(lineEnd + 2, end)
    at = end + 2
  }
}

function toUtf8(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8')
}
