/** Something that was fetched from an origin, to be given to many. */
export interface Pulled {
  readonly status: number
  readonly contentType: string
  readonly cacheControl: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

/** How much is kept: a minute of a good picture. */
const BYTES_MAX = 64 * 2 ** 20

/** How long a playlist stands: whoever asks within it gets the same. */
const PLAYLIST_MS = 250

interface Kept {
  readonly pulled: Promise<Pulled>
  untilMs: number
  bytes: number
}

/**
 * What was pulled lately, by address. Who asks while an answer is on its way waits for the same
 * one; a part stays until others need its room, a playlist a moment, a failure not at all. [PU1]
 */
export class PullCache {
  readonly #kept = new Map<string, Kept>()
  readonly #nowMs: () => number
  #bytes = 0

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** What lies at an address, fetched when nobody has. */
  get(address: string, fetchIt: () => Promise<Pulled>): Promise<Pulled> {
    const known = this.#kept.get(address)
    if (known !== undefined && known.untilMs > this.#nowMs()) {
      // The latest use is last: what nobody wants any more goes first.
      this.#kept.delete(address)
      this.#kept.set(address, known)
      return known.pulled
    }
    this.#forget(address)
    const kept: Kept = { pulled: fetchIt(), untilMs: Infinity, bytes: 0 }
    this.#kept.set(address, kept)
    kept.pulled.then(
      (pulled) => this.#settle(address, kept, pulled),
      () => this.#drop(address, kept),
    )
    return kept.pulled
  }

  #settle(address: string, kept: Kept, { status, contentType, bytes }: Pulled): void {
    if (status !== 200) return this.#drop(address, kept)
    if (/mpegurl|vtt|json/.test(contentType)) kept.untilMs = this.#nowMs() + PLAYLIST_MS
    kept.bytes = bytes.length
    this.#bytes += bytes.length
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= BYTES_MAX) return
      this.#forget(oldest)
    }
  }

  #drop(address: string, kept: Kept): void {
    if (this.#kept.get(address) === kept) this.#kept.delete(address)
  }

  #forget(address: string): void {
    this.#bytes -= this.#kept.get(address)?.bytes ?? 0
    this.#kept.delete(address)
  }
}
