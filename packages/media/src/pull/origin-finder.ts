import { z } from 'zod'

/** Where a picture comes from at an edge. */
export const pictureSource = z.strictObject({
  /** `encoder`: it has one of its own, or had one of late; `origin`: it pulls; `none`. */
  source: z.enum(['encoder', 'origin', 'none']),
  /** Whether the origin of one that pulls is out of reach. */
  isLost: z.boolean(),
})

/** How an edge answers who looks for a picture. */
export type PictureSource = z.output<typeof pictureSource>

/** Where an edge says it. */
export const SOURCE_PATH = '/media/source'

const LOOK_MS = 2_000
const PATIENCE_MS = 2_000
/** An origin that was silent for so long is given up. */
const LOST_MS_MAX = 60_000

/** What an origin is looked for with. */
export interface OriginFinderOptions {
  /** The edges that may have the encoder, best first. */
  readonly candidates: () => readonly string[]
  /** Whether this edge needs none, because the encoder is here. */
  readonly isOrigin: () => boolean
  readonly nowMs: () => number
  readonly onChange: (facts: { readonly origin: string | null }) => void
}

/**
 * Finds the edge that has the encoder, and stays with it: one that is out of reach is lost, and
 * comes back or is given up after a minute. [PU2, PU3]
 */
export class OriginFinder implements AsyncDisposable {
  readonly #options: OriginFinderOptions
  readonly #timer: ReturnType<typeof setInterval>
  #origin: string | null = null
  #heardAtMs = 0
  #isLost = false
  #looking: Promise<void> | null = null

  constructor(options: OriginFinderOptions) {
    this.#options = options
    this.#timer = setInterval(() => void this.look(), LOOK_MS)
    this.#timer.unref()
    void this.look()
  }

  /** The edge that has the encoder; `null` when none is known, or it is here. */
  get origin(): string | null {
    return this.#options.isOrigin() ? null : this.#origin
  }

  /** Whether it did not answer of late. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** Look now. */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null
    })
    return this.#looking
  }

  async #look(): Promise<void> {
    const { candidates, isOrigin, nowMs } = this.#options
    if (isOrigin()) return this.#set(null)
    const known = this.#origin
    const first = known === null ? [] : [known]
    for (const url of new Set([...first, ...candidates()])) {
      if (await hasEncoder(url)) {
        this.#heardAtMs = nowMs()
        this.#isLost = false
        return this.#set(url)
      }
    }
    this.#isLost = known !== null
    if (nowMs() - this.#heardAtMs > LOST_MS_MAX) this.#set(null)
  }

  #set(origin: string | null): void {
    if (origin === null) this.#isLost = false
    if (origin === this.#origin) return
    this.#origin = origin
    this.#options.onChange({ origin })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer)
    await this.#looking
  }
}

async function hasEncoder(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(PATIENCE_MS)
    const response = await fetch(url + SOURCE_PATH, { signal, redirect: 'error' })
    const parsed = pictureSource.safeParse(await response.json())
    return parsed.success && parsed.data.source === 'encoder'
  } catch {
    // Whatever keeps it from answering, there is no picture to be had from it now.
    return false
  }
}
