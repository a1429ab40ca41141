import { createSocket, type RemoteInfo, type Socket } from 'node:dgram'
import { once } from 'node:events'

import type { Admit } from '../rtmp/rtmp-session.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import { parseSrtHandshake, SRT_REJECTION, writeSrtRejection } from './srt-packet.ts'
import { SrtSession, type SrtEnd } from './srt-session.ts'

/** Callers that may knock at once. */
const CALLERS_MAX = 16
/** A caller that was not let in is forgotten after so long. */
const KNOCK_MS = 8_000
/** How long to wait before another ffmpeg is started, the longer the more of them failed. */
const PAUSES_MS = [0, 250, 500, 1_000, 2_000, 5_000, 10_000]

/** A port that encoders call over SRT. */
export interface SrtListener extends AsyncDisposable {
  readonly port: number
}

interface Caller {
  /** From where the session sees this caller. */
  readonly socket: Socket
  readonly knockedAtMs: number
  readonly session: SrtSession
  isServed: boolean
}

/** What a listener for SRT is opened with. */
export interface SrtOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly hostname: string
  readonly admit: Admit
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

/**
 * The door for SRT: looks at each caller's handshake, lets in who names the stream key, and hands
 * the packets of whoever was let in to an ffmpeg that nobody else can reach. [SR1, SR2, SR3]
 *
 * ```
 * caller ──UDP──► door: key known? ──UDP──► ffmpeg, one for each caller ──FLV──► publication
 * ```
 */
class SrtDoor {
  readonly #socket: Socket
  readonly #options: SrtOptions
  readonly #callers = new Map<string, Caller>()
  readonly #sessions = new Set<SrtSession>()
  /** The session that the next caller gets. */
  #waiting: Promise<SrtSession> | null = null
  #failures = 0
  #failedAtMs = 0
  #isClosed = false

  constructor(socket: Socket, options: SrtOptions) {
    this.#socket = socket
    this.#options = options
    socket.on('message', (packet, from) => void this.#hear(packet, from))
    // A packet that could not be sent is lost, as others are.
    socket.on('error', () => undefined)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#waiting
    await Promise.all([...this.#sessions].map((session) => session.stop()))
    for (const { socket } of this.#callers.values()) socket.close()
    this.#callers.clear()
    this.#socket.close()
    await once(this.#socket, 'close')
  }

  async #hear(packet: Buffer, from: RemoteInfo): Promise<void> {
    const name = `${from.address} ${from.port}`
    const known = this.#callers.get(name)
    if (known?.isServed === true) return forward(known, packet)
    const handshake = parseSrtHandshake(packet)
    if (handshake === null) return
    const caller = known ?? (await this.#meet(name, from))
    if (caller === null) return this.#reject(packet, from, SRT_REJECTION.unavailable)
    if (handshake.step === 'conclusion' && !caller.isServed) {
      const reason = this.#admit(caller, handshake.streamId ?? '')
      if (reason !== null) {
        this.#forget(name)
        return this.#reject(packet, from, reason)
      }
    }
    forward(caller, packet)
  }

  /** A caller knocks: there has to be a session for it. */
  async #meet(name: string, from: RemoteInfo): Promise<Caller | null> {
    const nowMs = this.#options.nowMs()
    for (const [each, { isServed, knockedAtMs }] of this.#callers) {
      if (!isServed && nowMs - knockedAtMs > KNOCK_MS) this.#forget(each)
    }
    const pauseMs = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0
    if (this.#isClosed || this.#callers.size >= CALLERS_MAX) return null
    if (this.#waiting === null && nowMs - this.#failedAtMs < pauseMs) return null
    this.#waiting ??= this.#openSession()
    const session = await this.#waiting
    const met = this.#callers.get(name)
    if (met !== undefined) return met
    const socket = createSocket('udp4')
    socket.on('message', (packet) => this.#socket.send(packet, from.port, from.address))
    socket.on('error', () => undefined)
    socket.connect(session.port, '127.0.0.1')
    const caller = { socket, knockedAtMs: nowMs, session, isServed: false }
    this.#callers.set(name, caller)
    await once(socket, 'connect')
    return caller
  }

  #admit(caller: Caller, key: string): number | null {
    const { session } = caller
    try {
      const close = () => void session.stop()
      session.serve(this.#options.admit(key, { close, via: 'srt' }))
    } catch (error) {
      if (!(error instanceof StreamRefusal)) throw error
      const isBusy = error.code === 'publisher_busy'
      return isBusy ? SRT_REJECTION.conflict : SRT_REJECTION.unauthorized
    }
    caller.isServed = true
    // Whoever comes next has a session of its own.
    this.#waiting = null
    return null
  }

  async #openSession(): Promise<SrtSession> {
    const { program = 'ffmpeg' } = this.#options
    const session = await SrtSession.open(program, (each, end) => this.#endSession(each, end))
    this.#sessions.add(session)
    return session
  }

  #endSession(session: SrtSession, { wasUsed, isFfmpegMissing }: SrtEnd): void {
    this.#sessions.delete(session)
    for (const [name, caller] of this.#callers) {
      if (caller.session === session) this.#forget(name)
    }
    if (!wasUsed) this.#waiting = null
    this.#failures = wasUsed ? 0 : this.#failures + 1
    this.#failedAtMs = this.#options.nowMs()
    const { onTrouble } = this.#options
    if (isFfmpegMissing) onTrouble({}, 'SRT needs ffmpeg, which is not installed here')
  }

  #forget(name: string): void {
    this.#callers.get(name)?.socket.close()
    this.#callers.delete(name)
  }

  #reject(packet: Buffer, { port, address }: RemoteInfo, reason: number): void {
    const handshake = parseSrtHandshake(packet)
    if (handshake?.step !== 'conclusion' || this.#isClosed) return
    this.#socket.send(writeSrtRejection(packet, reason), port, address)
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
