import type { FlvContent } from '../flv/read-tag.ts'
import { findFlaws, flawText, type StreamFlaw } from '../probe/find-flaws.ts'
import type { measureLoudness } from '../probe/loudness.ts'
import { StreamProbe, type StreamReading } from '../probe/stream-probe.ts'
import type { Admit, ArrivingPublisher, Look, Publication } from '../rtmp/rtmp-session.ts'
import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import type { ShowFacts } from './ingest-message.ts'
import type { Invite } from '../srt/srt-session.ts'
import { readStreamKeys, showOfKey, srtPassphrase } from './stream-keys.ts'

/** How the picture of an edge stands, for `show status`. */
export interface IngestStatus {
  readonly isPublishing: boolean
  /** How whoever is live came; `null` when nobody is. */
  readonly via: ArrivingPublisher['via'] | null
  /** When the encoder came, or went. */
  readonly sinceMs: number | null
  readonly bytesTaken: number
  /** What was measured of the stream; `null` while nobody is live. */
  readonly reading: StreamReading | null
  /** What a creator should change, in words, the gravest first. */
  readonly flaws: readonly ToldFlaw[]
  /** Why the last publisher was turned away, in words for it. */
  readonly lastRefusal: IngestRefusal | null
}

/** A flaw of the stream, in words for whoever sends it. */
export interface ToldFlaw extends StreamFlaw {
  readonly text: string
}

/** A publisher that was turned away. */
export interface IngestRefusal {
  readonly code: string
  readonly text: string
  readonly atMs: number
}

/** Before anybody came. */
export const IDLE_STATUS: IngestStatus = {
  isPublishing: false,
  via: null,
  sinceMs: null,
  bytesTaken: 0,
  reading: null,
  flaws: [],
  lastRefusal: null,
}

/** What the frames of whoever is live become. */
export interface Programme {
  begin(via: ArrivingPublisher['via']): void
  take(content: FlvContent): void
  end(): void
}

/** Two seconds of sound tell how loud it is. */
const SOUNDS_MIN = 90

interface Publisher extends ArrivingPublisher {
  readonly showId: string
}

/**
 * Lets one publisher in at a time, by the key of the show; whoever has the show's key takes over,
 * so that an encoder that was lost comes back at once, and a new key shuts out who had the old.
 * [RT2, RT3, KY2]
 */
export class PublisherDesk {
  readonly #programme: Programme
  readonly #nowMs: () => number
  readonly #keysFile: string
  /** What is on; `null` when nothing is, and then any show's key is good. */
  readonly #show: () => ShowFacts | null
  readonly #onChange: () => void
  #current: Publisher | null = null
  #sinceMs: number | null = null
  #bytesTaken = 0
  #probe = new StreamProbe()
  #lastRefusal: IngestStatus['lastRefusal'] = null

  constructor(options: {
    readonly programme: Programme
    readonly nowMs: () => number
    readonly keysFile: string
    readonly show: () => ShowFacts | null
    readonly onChange: () => void
  }) {
    this.#programme = options.programme
    this.#nowMs = options.nowMs
    this.#keysFile = options.keysFile
    this.#show = options.show
    this.#onChange = options.onChange
  }

  /** How the picture stands now. */
  status(): IngestStatus {
    const reading = this.#current === null ? null : this.#probe.read(this.#nowMs())
    const flaws = reading === null ? [] : findFlaws(reading)
    return {
      isPublishing: this.#current !== null,
      via: this.#current?.via ?? null,
      sinceMs: this.#sinceMs,
      bytesTaken: this.#bytesTaken,
      reading,
      flaws: flaws.map((flaw) => ({ ...flaw, text: flawText(flaw) })),
      lastRefusal: this.#lastRefusal,
    }
  }

  /** Listen to the last seconds of whoever is live, by `measure`. */
  async listen(measure: typeof measureLoudness): Promise<void> {
    const probe = this.#probe
    const { sound } = probe
    if (this.#current === null || sound === null || sound.frames.length < SOUNDS_MIN) return
    const lufs = await measure(sound.config, sound.frames)
    if (lufs !== null) probe.setLoudness(lufs)
  }

  /** Let a publisher in, or throw `StreamRefusal` with what it should do. */
  readonly admit: Admit = (key, arriving) => this.#enter(this.#showOf(key), arriving)

  /** Look at a key; whoever is live makes way once its publisher is let in. */
  readonly look: Look = (key) => {
    const showId = this.#showOf(key)
    this.#mayEnter(showId)
    return (arriving) => this.#enter(showId, arriving)
  }

  /**
   * Look at what an SRT caller names: a key, or a show, whose passphrase it proves by what it
   * sends. It is let in with its first frame. [SR2, SR4]
   */
  readonly invite: Invite = (named) => {
    const known = readStreamKeys(this.#keysFile).find(({ showId }) => showId === named)
    const showId = known === undefined ? this.#showOf(named) : this.#onlyShow(known.showId)
    this.#mayEnter(showId)
    return {
      passphrase: known === undefined ? null : srtPassphrase(known.hash),
      enter: (arriving) => this.#enter(showId, arriving),
      refuse: (refusal) => void this.#note(refusal),
    }
  }

  #mayEnter(showId: string): void {
    if (this.#current === null || this.#current.showId === showId) return
    const text = 'another show is live here: its encoder has to stop first'
    throw this.#note(new StreamRefusal('publisher_busy', text))
  }

  #enter(showId: string, arriving: ArrivingPublisher): Publication {
    this.#mayEnter(showId)
    const before = this.#current
    if (before !== null) this.#finish(before)
    const current = { ...arriving, showId }
    this.#current = current
    this.#sinceMs = this.#nowMs()
    this.#bytesTaken = 0
    this.#probe = new StreamProbe()
    this.#programme.begin(arriving.via)
    before?.close()
    this.#onChange()
    return this.#publication(current)
  }

  #showOf(key: string): string {
    const showId = showOfKey(this.#keysFile, key)
    if (showId === null) {
      const text = 'the stream key is not known here: nightmarket show key makes one'
      throw this.#note(new StreamRefusal('key_unknown', text))
    }
    return this.#onlyShow(showId)
  }

  #onlyShow(showId: string): string {
    const show = this.#show()
    if (show === null || show.showId === showId) return showId
    const text = `the stream key is that of another show: ${show.showId} is on now`
    throw this.#note(new StreamRefusal('key_of_another_show', text))
  }

  #publication(current: Publisher): Publication {
    return {
      take: (content) => {
        if (this.#current !== current) return
        this.#measure(content)
        this.#programme.take(content)
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
    this.#programme.end()
    this.#onChange()
  }

  #measure(content: FlvContent): void {
    this.#probe.take(content, this.#nowMs())
    if ('data' in content) this.#bytesTaken += content.data.length
  }

  #note(refusal: StreamRefusal): StreamRefusal {
    const { code, message: text } = refusal
    this.#lastRefusal = { code, text, atMs: this.#nowMs() }
    this.#onChange()
    return refusal
  }
}
