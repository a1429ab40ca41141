import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import {
  firstStepOf,
  parseSrtAnswer,
  parseSrtHandshake,
  SRT_REJECTION,
  withCookie,
  writeSrtInduction,
  writeSrtRejection,
} from './srt-packet.ts'
import {
  findSrtPort,
  SrtSession,
  type Invite,
  type SrtEnd,
  type SrtInvitation,
} from './srt-session.ts'

/** Callers that may be there at once, live or on their way. */
const CALLERS_MAX = 8
/** How often a session is asked whether it listens. */
const ASK_MS = 40
/** How long to wait before another ffmpeg is started, the longer the more of them failed. */
const PAUSES_MS = [0, 250, 500, 1_000, 2_000, 5_000, 10_000]

/** A port that encoders call over SRT. */
export interface SrtListener extends AsyncDisposable {
  readonly port: number
}

interface Caller {
  /** From where the session sees this caller. */
  readonly socket: Socket
  readonly session: SrtSession
  /** What its ffmpeg wants to hear in the second step; `null` before it listens. */
  cookie: number | null
  /** The caller's second step, which goes on once it is awaited. */
  conclusion: Buffer
}

/** What a listener for SRT is opened with. */
export interface SrtOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly hostname: string
  readonly invite: Invite
  readonly nowMs: () => number
  readonly onTrouble: (facts: object, message: string) => void
  /** The program that unpacks; another one in tests. */
  readonly program?: string
}

/** Listen for SRT callers. Throws Node's own error when the port cannot be taken. */
export async function listenSrt(options: SrtOptions): Promise<SrtListener> {
  const { port, hostname } = options
  const socket = createSocket(hostname.includes(':') ? 'udp6' : 'udp4')
  socket.bind(port, hostname)
  await once(socket, 'listening')
  const door = new SrtDoor(socket, options)
  return { port: socket.address().port, [Symbol.asyncDispose]: () => door.close() }
}

/** Goes there and back with each caller; who is who is found by the key or the passphrase. */
const COOKIE = 0x6e6d6b74

/**
 * The door for SRT: answers each caller's first step, looks at what it names in the second, and
 * hands the packets of who was invited to an ffmpeg that nobody else can reach. [SR1, SR2, SR3]
 *
 * ```
 * caller ──UDP──► door: key or show known? ──UDP──► ffmpeg of its own ──FLV──► publication
 * ```
 */
class SrtDoor {
  readonly #socket: Socket
  readonly #options: SrtOptions
  readonly #callers = new Map<string, Caller>()
  readonly #opening = new Map<string, Promise<void>>()
  #failures = 0
  #failedAtMs = 0
  #isClosed = false

  constructor(socket: Socket, options: SrtOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('message', (packet, from) => this.#hear(packet, from))
    // A packet that could not be sent is lost, as others are.
    socket.on('error', () => undefined)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#opening.values())
    await Promise.all([...this.#callers.values()].map(({ session }) => session.stop()))
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  #hear(packet: Buffer, from: RemoteInfo): void {
    const handshake = parseSrtHandshake(packet)
    const name = `${from.address} ${from.port}`
    const caller = this.#callers.get(name)
    if (handshake?.step === 'induction') {
      this.#socket.send(writeSrtInduction(packet, COOKIE), from.port, from.address)
    } else if (handshake === null) {
      if (caller !== undefined) forward(caller, packet)
    } else if (caller === undefined) this.#meet(name, packet, from, handshake.streamId ?? '')
    else {
      caller.conclusion = packet
      if (caller.cookie !== null) forward(caller, withCookie(packet, caller.cookie))
    }
  }

  /** A caller names a key, or a show: whoever may come has a session of its own. */
  #meet(name: string, packet: Buffer, from: RemoteInfo, named: string): void {
    if (this.#opening.has(name)) return
    const { invite, nowMs } = this.#options
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0
    const isFull = this.#callers.size + this.#opening.size >= CALLERS_MAX
    if (this.#isClosed || isFull || nowMs() - this.#failedAtMs < pauseMs) {
      return this.#reject(packet, from, SRT_REJECTION.unavailable)
    }
    try {
      const opening = this.#open(name, packet, from, invite(named))
      this.#opening.set(name, opening.finally(() => this.#opening.delete(name)))
    } catch (error) {
      if (!(error instanceof StreamRefusal)) throw error
      const isBusy = error.code === 'publisher_busy'
      this.#reject(packet, from, isBusy ? SRT_REJECTION.conflict : SRT_REJECTION.unauthorized)
    }
  }

  async #open(
    name: string,
    conclusion: Buffer,
    from: RemoteInfo,
    invitation: SrtInvitation,
  ): Promise<void> {
    const { program = 'ffmpeg' } = this.#options
    const port = await findSrtPort()
    if (this.#isClosed) return
    const session = new SrtSession(port, invitation, program, (end) => this.#end(name, end))
    const socket = createSocket('udp4')
    const caller: Caller = { socket, session, cookie: null, conclusion }
    this.#callers.set(name, caller)
    socket.on('message', (packet) => this.#answer(caller, packet, from))
    socket.on('error', () => undefined)
    socket.connect(session.port, '127.0.0.1')
    // Nobody tells when an ffmpeg listens: it is asked until it answers.
    const asking = setInterval(() => {
      if (caller.cookie === null) forward(caller, firstStepOf(conclusion))
      else clearInterval(asking)
    }, ASK_MS)
    socket.once('close', () => clearInterval(asking))
  }

  /** What the caller's ffmpeg says goes to the caller, but for the step that the door made. */
  #answer(caller: Caller, packet: Buffer, from: RemoteInfo): void {
    const answer = parseSrtAnswer(packet)
    if (answer !== null && answer !== 'rejected') {
      const isFirst = caller.cookie === null
      caller.cookie = answer.cookie
      if (isFirst) forward(caller, withCookie(caller.conclusion, answer.cookie))
      return
    }
    if (!this.#isClosed) this.#socket.send(packet, from.port, from.address)
    // Another passphrase than the show's: nobody is kept waiting by who tries.
    if (answer === 'rejected') void caller.session.stop()
  }

  #end(name: string, { isFfmpegMissing }: SrtEnd): void {
    const caller = this.#callers.get(name)
    caller?.socket.close()
    this.#callers.delete(name)
    // It never listened: whoever tries another passphrase makes nobody wait.
    const hasFailed = caller === undefined || caller.cookie === null
    this.#failures = hasFailed ? this.#failures + 1 : 0
    this.#failedAtMs = hasFailed ? this.#options.nowMs() : 0
    const { onTrouble } = this.#options
    if (isFfmpegMissing) onTrouble({}, 'SRT needs ffmpeg, which is not installed here')
  }

  #reject(packet: Buffer, { port, address }: RemoteInfo, reason: number): void {
    if (!this.#isClosed) this.#socket.send(writeSrtRejection(packet, reason), port, address)
  }
}

function forward({ socket }: Caller, packet: Buffer): void {
  try {
    socket.send(packet)
  } catch (error) {
    // Between two packets the session may have ended, and its socket with it.
    const { code = '' } = error as NodeJS.ErrnoException
    if (!/^ERR_SOCKET_DGRAM_NOT_(RUNNING|CONNECTED)$/.test(code)) throw error
  }
}
