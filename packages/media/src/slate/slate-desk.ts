import type { PictureSize } from '../cmaf/picture-size.ts'
import type { ShowFacts } from '../ingest/ingest-message.ts'
import { renderSlate, type SlatePlan } from './render-slate.ts'
import type { Slate } from './slate-loop.ts'

/** How long before its time a show has its slate. */
const EARLY_MS = 3_600_000
/** How long an encoder that is lost outside of a show's time is waited for. */
const LOSS_MS = 120_000
/** How long a slate that could not be rendered is left alone. */
const PAUSE_MS = 30_000
/** How large a slate is when nothing is known of the encoder, and at most. */
const SIDE_MAX = 1_280
const SIZE_DEFAULT: PictureSize = { width: 1_280, height: 720 }

/** What a desk for slates is opened with. */
export interface SlateDeskOptions {
  /** Where rendered slates are kept. */
  readonly folder: string
  readonly nowMs: () => number
  readonly hasKey: (showId: string) => boolean
  readonly onTrouble: (facts: object, message: string) => void
}

/**
 * Decides which slate is due, and has each rendered once, in the background. A show has one when it
 * has a stream key: then somebody means to send its picture to this edge. [SX3]
 */
export class SlateDesk {
  readonly #options: SlateDeskOptions
  #show: ShowFacts | null = null
  #size = SIZE_DEFAULT
  #lostAtMs: number | null = null
  /** What was rendered, by what it shows. */
  readonly #rendered = new Map<string, Slate>()
  #failedAtMs = -PAUSE_MS
  #rendering: Promise<void> | null = null
  #last: Slate | null = null

  constructor(options: SlateDeskOptions) {
    this.#options = options
  }

  /** Another show is on. */
  setShow(show: ShowFacts | null): void {
    if (show?.showId !== this.#show?.showId) this.#last = null
    this.#show = show
    // So that it is there when it is needed first.
    this.#find()
  }

  /** An encoder sends pictures of this size: the slate has it too from now on. */
  setSize({ width, height }: PictureSize): void {
    const scale = Math.min(1, SIDE_MAX / Math.max(width, height))
    const even = (side: number) => Math.max(64, Math.round((side * scale) / 2) * 2)
    this.#size = { width: even(width), height: even(height) }
    this.#find()
  }

  /** The picture is lost. */
  setLost(): void {
    this.#lostAtMs = this.#options.nowMs()
  }

  /** What is to be shown while there is no picture; `null`: nothing, or not yet. */
  due(): Slate | null {
    const show = this.#show
    if (show === null) return null
    const nowMs = this.#options.nowMs()
    const isSoon = nowMs >= show.startsAtMs - EARLY_MS && nowMs < show.endsAtMs
    const isLost = this.#lostAtMs !== null && nowMs - this.#lostAtMs < LOSS_MS
    if (!isLost && !(isSoon && this.#options.hasKey(show.showId))) return null
    this.#last = this.#find() ?? this.#last
    return this.#last
  }

  /** When what is being rendered is there. */
  async settled(): Promise<void> {
    await this.#rendering
  }

  #find(): Slate | null {
    const show = this.#show
    if (show === null) return null
    const { title, startsAtMs, slateLines } = show
    const line = this.#options.nowMs() < startsAtMs ? slateLines.before : slateLines.during
    const plan = { title, line, ...this.#size }
    const known = this.#rendered.get(JSON.stringify(plan))
    // One at a time, and not at once again after one that failed.
    const mayTry = this.#options.nowMs() - this.#failedAtMs >= PAUSE_MS
    if (known === undefined && mayTry) this.#rendering ??= this.#render(plan)
    return known ?? null
  }

  async #render(plan: SlatePlan): Promise<void> {
    const { folder, onTrouble } = this.#options
    const run = await renderSlate(folder, plan)
    this.#rendering = null
    if (run.ok) return void this.#rendered.set(JSON.stringify(plan), run.slate)
    this.#failedAtMs = this.#options.nowMs()
    onTrouble({ reason: run.reason }, 'there is no slate for viewers to see')
  }
}
