import { connect, type Socket } from 'node:net'

/** Every so many viewers one whose delays are measured. */
const SAMPLE_EVERY = 20

/** Connections opened at a time. */
const OPENING_MAX = 100

/** The first byte of a whole text message. */
const WHOLE_TEXT = 0x81

const STAMP = Buffer.from('"variantId":"sent-')

/**
 * Viewers that cost next to nothing, so that what is measured is the server: they count frames and
 * read the time of the sending out of some.
 */
export class LiveCrowd implements AsyncDisposable {
  readonly #sockets: Socket[] = []
  readonly #delaysMs: number[] = []
  #frames = 0
  #wanted = Number.POSITIVE_INFINITY
  #reached: () => void = () => undefined
  #word: Word | null = null

  /** Connect so many viewers, and wait until all are let in. */
  static async open(port: number, viewers: number): Promise<LiveCrowd> {
    const crowd = new LiveCrowd()
    while (crowd.#sockets.length < viewers) {
      const count = Math.min(OPENING_MAX, viewers - crowd.#sockets.length)
      const first = crowd.#sockets.length
      const opened = Array.from({ length: count }, (_, at) => crowd.#join(port, first + at))
      crowd.#sockets.push(...(await Promise.all(opened)))
    }
    return crowd
  }

  /** Count from zero; resolves when all viewers together have so many more frames. */
  async receive(frames: number): Promise<void> {
    this.#frames = 0
    this.#delaysMs.length = 0
    this.#wanted = frames
    await new Promise<void>((resolve) => {
      this.#reached = resolve
    })
  }

  /** When each viewer had a message with this text in it whole, by the clock; waits for all. */
  async hear(text: string): Promise<readonly number[]> {
    const heardAtMs = new Map<number, number>()
    await new Promise<void>((resolve) => {
      const onHeard = (index: number) => {
        heardAtMs.set(index, Date.now())
        if (heardAtMs.size === this.#sockets.length) resolve()
      }
      this.#word = { text: Buffer.from(text), left: new Set(this.#sockets.keys()), onHeard }
    })
    this.#word = null
    return [...heardAtMs.values()]
  }

  /** The delays of the sampled viewers, sorted. */
  delaysMs(): readonly number[] {
    return this.#delaysMs.toSorted((a, b) => a - b)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy()
  }

  #join(port: number, index: number): Promise<Socket> {
    const isSampled = index % SAMPLE_EVERY === 0
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1', () => {
        socket.write(
          'GET /v1/live HTTP/1.1\r\nHost: edge\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n',
        )
      })
      socket.once('error', reject)
      let rest: Buffer | null = null
      socket.once('data', (chunk: Buffer) => {
        const head = chunk.indexOf('\r\n\r\n')
        rest = this.#read(chunk.subarray(head + 4), index, false)
        socket.on('data', (more: Buffer) => {
          rest = this.#read(rest === null ? more : Buffer.concat([rest, more]), index, isSampled)
        })
        resolve(socket)
      })
    })
  }

  /** Walk over whole frames; what is left of the last one waits for more. */
  #read(bytes: Buffer, index: number, isSampled: boolean): Buffer | null {
    let at = 0
    while (at + 2 <= bytes.length) {
      const short = bytes[at + 1] ?? 0
      const head = short < 126 ? 2 : short === 126 ? 4 : 10
      if (at + head > bytes.length) break
      const length = short < 126 ? short : bytes.readUInt16BE(at + head - 2)
      if (at + head + length > bytes.length) break
      const isText = bytes[at] === WHOLE_TEXT
      const payload = bytes.subarray(at + head, at + head + length)
      if (isText && isSampled) this.#sample(payload)
      if (isText && this.#word !== null) listenFor(this.#word, index, payload)
      if (isText) this.#frames += 1
      at += head + length
    }
    if (this.#frames >= this.#wanted) this.#reached()
    return at === bytes.length ? null : bytes.subarray(at)
  }

  #sample(payload: Buffer): void {
    const at = payload.indexOf(STAMP)
    if (at < 0) return
    const end = payload.indexOf('"', at + STAMP.length)
    const sentNs = BigInt(payload.toString('latin1', at + STAMP.length, end))
    this.#delaysMs.push(Number(process.hrtime.bigint() - sentNs) / 1e6)
  }
}

/** What every viewer is waited for to hear. */
interface Word {
  readonly text: Buffer
  readonly left: Set<number>
  readonly onHeard: (index: number) => void
}

function listenFor({ text, left, onHeard }: Word, index: number, payload: Buffer): void {
  if (!left.has(index) || !payload.includes(text)) return
  left.delete(index)
  onHeard(index)
}
