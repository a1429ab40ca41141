import { randomUUID } from 'node:crypto'

import type { Look } from '../rtmp/rtmp-session.ts'
import { StreamRefusal, type RefusalCode } from '../rtmp/stream-refusal.ts'
import type { IceServer } from './ice-server.ts'
import { WhipSession } from './whip-session.ts'

/** What became of an offer. */
export type WhipAnswer =
  | { readonly ok: true; readonly sessionId: string; readonly sdp: string }
  | { readonly ok: false; readonly code: RefusalCode; readonly text: string }

/** Sessions that may be open at once: the one that is live, and those that take over. */
const SESSIONS_MAX = 4

/** Answers the offers of phones and browsers. [WP1] */
export class WhipDoor implements Disposable {
  readonly #look: Look
  readonly #address: string | null
  readonly #iceServers: readonly IceServer[]
  readonly #onTrouble: (facts: object, message: string) => void
  readonly #sessions = new Map<string, WhipSession>()

  constructor(options: {
    readonly look: Look
    readonly address: string | null
    readonly iceServers: readonly IceServer[]
    readonly onTrouble: (facts: object, message: string) => void
  }) {
    this.#look = options.look
    this.#address = options.address
    this.#iceServers = options.iceServers
    this.#onTrouble = options.onTrouble
  }

  /** Answer an offer of whoever has the key. The key is looked at before the offer is. */
  async offer(key: string, sdp: string): Promise<WhipAnswer> {
    const sessionId = randomUUID()
    let session: WhipSession | null = null
    try {
      if (this.#sessions.size >= SESSIONS_MAX) {
        throw new StreamRefusal('publisher_busy', 'too many phones try at once')
      }
      const enter = this.#look(key)
      session = await this.#open()
      const answer = await session.answer(sdp)
      // Whoever is live makes way only for one that can send.
      const close = () => this.end(sessionId)
      const publication = enter({ close, via: 'whip' })
      this.#sessions.set(sessionId, session)
      session.serve({
        take: (content) => publication.take(content),
        end: (refusal) => {
          this.#sessions.delete(sessionId)
          publication.end(refusal)
        },
      })
      return { ok: true, sessionId, sdp: answer }
    } catch (error) {
      if (!(error instanceof StreamRefusal)) throw error
      session?.end(error)
      return { ok: false, code: error.code, text: error.message }
    }
  }

  /** The phone hangs up, or has to make way. */
  end(sessionId: string): void {
    this.#sessions.get(sessionId)?.end(null)
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions.values()) session.end(null)
  }

  /** WebRTC is loaded when the first phone comes: most shows have none. */
  async #open(): Promise<WhipSession> {
    const werift = await import('werift')
    return new WhipSession(werift, {
      address: this.#address,
      iceServers: this.#iceServers,
      onTrouble: this.#onTrouble,
    })
  }
}
