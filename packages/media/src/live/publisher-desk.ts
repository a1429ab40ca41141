import type { FlvContent } from '../flv/read-tag.ts'
import type { Admit, Publication } from '../rtmp/rtmp-session.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import type { LiveStream } from './live-stream.ts'

/** How the picture of an edge stands, for `show status`. */
export interface IngestStatus {
  readonly isPublishing: boolean
  /** When the encoder came, or went. */
  readonly sinceMs: number | null
  readonly bytesTaken: number
  /** Between the last two keyframes; `null` before there were two. */
  readonly keyframeEveryMs: number | null
  /** Why the last publisher was turned away, in words for it. */
  readonly lastRefusal: IngestRefusal | null
}

/** A publisher that was turned away. */
export interface IngestRefusal {
  readonly code: string
  readonly text: string
  readonly atMs: number
}

interface Publisher {
  readonly owner: string
  readonly close: () => void
}

/** Lets one publisher in at a time, by key; the same key takes over. [RT2, RT3] */
export class PublisherDesk {
  readonly #live: LiveStream
  readonly #nowMs: () => number
  /** Names the key that was shown, or `null` when nobody gave it. */
  readonly #identify: (key: string) => string | null
  #current: Publisher | null = null
  #sinceMs: number | null = null
  #bytesTaken = 0
  #keyframeAtMs: number | null = null
  #keyframeEveryMs: number | null = null
  #lastRefusal: IngestStatus['lastRefusal'] = null

  constructor(options: {
    readonly live: LiveStream
    readonly nowMs: () => number
    readonly identify: (key: string) => string | null
  }) {
    this.#live = options.live
    this.#nowMs = options.nowMs
    this.#identify = options.identify
  }

  /** How the picture stands now. */
  status(): IngestStatus {
    return {
      isPublishing: this.#current !== null,
      sinceMs: this.#sinceMs,
      bytesTaken: this.#bytesTaken,
      keyframeEveryMs: this.#keyframeEveryMs,
      lastRefusal: this.#lastRefusal,
    }
  }

  /** Let a publisher in, or throw `StreamRefusal` with what it should do. */
  readonly admit: Admit = (key, { close }) => {
    const owner = this.#identify(key)
    if (owner === null) {
      throw this.#note(
        new StreamRefusal('key_unknown', 'the stream key is not known here: nightmarket show key'),
      )
    }
    const before = this.#current
    if (before !== null && before.owner !== owner) {
      const text = 'somebody else is live here with another key'
      throw this.#note(new StreamRefusal('publisher_busy', text))
    }
    if (before !== null) this.#finish(before)
    const current = { owner, close }
    this.#current = current
    this.#sinceMs = this.#nowMs()
    this.#bytesTaken = 0
    this.#keyframeAtMs = null
    this.#keyframeEveryMs = null
    this.#live.begin()
    before?.close()
    return this.#publication(current)
  }

  #publication(current: Publisher): Publication {
    return {
      take: (content) => {
        if (this.#current !== current) return
        this.#measure(content)
        this.#live.packager.take(content)
      },
      end: (refusal) => {
        if (refusal !== null) this.#note(refusal)
        if (this.#current === current) this.#finish(current)
      },
    }
  }

  #finish(current: object): void {
    if (this.#current === current) this.#current = null
    this.#sinceMs = this.#nowMs()
    this.#live.end()
  }

  #measure(content: FlvContent): void {
    if (content.kind !== 'video' && content.kind !== 'audio') return
    this.#bytesTaken += content.data.length
    if (content.kind !== 'video' || !content.isKeyframe) return
    if (this.#keyframeAtMs !== null) {
      this.#keyframeEveryMs = content.timestampMs - this.#keyframeAtMs
    }
    this.#keyframeAtMs = content.timestampMs
  }

  #note(refusal: StreamRefusal): StreamRefusal {
    const { code, message: text } = refusal
    this.#lastRefusal = { code, text, atMs: this.#nowMs() }
    return refusal
  }
}
