import { join } from 'node:path'

import { err, ok, type Result } from '@nightmarket/kernel'

import type { Clip } from './clip.ts'
import type { ClipCutter, CutRejection } from './clip-cutter.ts'
import type { ClipShelf, ShelfFull } from './clip-shelf.ts'
import { windowOf, type ClipAsk, type ClipWindow, type WindowRejection } from './clip-window.ts'
import type { Burst } from './find-burst.ts'
import { longestRun, type Footage, type FootageRun } from './footage.ts'
import { ReelWishes, type ReelWish } from './reel-wishes.ts'
import { makeReel, type ReelDeps, type ReelProgress, type ReelRejection } from './make-reel.ts'
import { Posters } from './posters.ts'
import { productsOf, type ClipProduct, type ClipSale } from './sale.ts'
import { writeWebVtt, type WrittenCue } from '../cue/write-webvtt.ts'

/** What the desk knows of what was sold. */
export interface ClipSales {
  /** Accepted orders of a window, in order of time. */
  between(fromMs: number, toMs: number): readonly ClipSale[]
  /** One order; `null` for one that this edge did not accept. */
  order(orderId: string): ClipSale | null
}

/** What was said in a stretch of the show, in one language, in the stretch's own time. */
export interface SaidWords {
  readonly language: string
  readonly cues: readonly WrittenCue[]
}

/** The words of the show. */
export interface ClipWords {
  /** What was said in a stretch of one run of the stream; languages without words are left out. */
  said(timelineId: string, span: ClipWindow): Promise<readonly SaidWords[]>
}

/** What clips are made with. */
export interface ClipDeskDeps {
  readonly footage: Footage
  readonly sales: ClipSales
  readonly words: ClipWords
  readonly shelf: ClipShelf
  readonly cutter: ClipCutter
  readonly nowMs: () => number
  readonly newId: () => string
  /** The show that is on, and what a thing is called. */
  readonly show: () => { readonly showId: string; readonly title: string } | null
  readonly titleOf: (variantId: string) => string
  /** Aborts when the server closes. */
  readonly closing: AbortSignal
  /** Hears of what went wrong beside the clip itself, such as a poster. */
  readonly onTrouble: (facts: object, message: string) => void
  /** How long a poster may take; a minute when absent. */
  readonly posterMsMax?: number
}

/** A wish for a clip. */
export interface MakeClip {
  readonly ask: ClipAsk
  readonly title?: string | undefined
  readonly isPublished: boolean
}

/** Why there is no clip. */
export type ClipRejection =
  | WindowRejection
  | CutRejection
  | ShelfFull
  | { readonly code: 'not_recorded'; readonly fromMs: number; readonly toMs: number }
  | { readonly code: 'desk_busy'; readonly waiting: number }

/** How long a clip waits for the end of its window to be recorded. */
const RECORDING_MS_MAX = 15_000

/** How many things a clip's page sells at most. */
const PRODUCTS_MAX = 50

/** How many clips may be in the making: each waits for its end. */
const MAKING_MAX = 20

/** Makes clips of what was recorded, with what was sold and said in them. */
export class ClipDesk implements AsyncDisposable {
  readonly #deps: ClipDeskDeps
  readonly #reels = new Map<string, ReelProgress>()
  readonly #wishes: ReelWishes
  readonly #posters: Posters
  readonly #pinning = new Set<Promise<void>>()
  #making = 0
  #lastReel: Promise<unknown> = Promise.resolve()

  constructor(deps: ClipDeskDeps) {
    this.#deps = deps
    this.#posters = new Posters(deps)
    this.#wishes = new ReelWishes(join(deps.shelf.folder, 'reels'))
    for (const wish of this.#wishes.all) this.#queue(wish)
  }

  /** How many clips are in the making. */
  get making(): number {
    return this.#making
  }

  /**
   * Make a clip. It is on the shelf, and published when that was wished, as soon as it is cut; its
   * poster follows. An order has one clip: asked again, the same one. [CL3]
   */
  async make(wish: MakeClip): Promise<Result<Clip, ClipRejection>> {
    const { ask } = wish
    const known = ask.kind === 'order' ? this.#deps.shelf.ofOrder(ask.orderId) : null
    if (known !== null) return ok(known)
    const window = windowOf(ask)
    if (!window.ok) return window
    if (this.#making >= MAKING_MAX) return err({ code: 'desk_busy', waiting: this.#making })
    this.#making++
    try {
      return await this.#make(wish, window.value)
    } finally {
      this.#making--
    }
  }

  /** Make a clip of a moment once its end was recorded, without keeping anybody waiting. */
  mark(atMs: number, wish: Omit<MakeClip, 'ask'>): void {
    this.#soon({ ...wish, ask: { kind: 'mark', atMs } })
  }

  /** Make a clip of a burst of sales. */
  burst(burst: Burst): void {
    this.#soon({ ask: { kind: 'burst', burst }, isPublished: true })
  }

  #soon(wish: MakeClip): void {
    const { onTrouble } = this.#deps
    void this.make(wish).then(
      (made) => {
        if (!made.ok) onTrouble({ ...made.error }, `no clip of a ${wish.ask.kind}`)
      },
      (error: unknown) => onTrouble({ err: error }, `no clip of a ${wish.ask.kind}`),
    )
  }

  /** Show a clip to everybody, or take it back. `null`: there is no such clip. */
  async publish(clipId: string, isPublished: boolean): Promise<Clip | null> {
    const { shelf, nowMs } = this.#deps
    const clip = shelf.get(clipId)
    if (clip === null) return null
    const publishedAtMs = isPublished ? (clip.publishedAtMs ?? nowMs()) : null
    const kept = await shelf.keep({ ...clip, publishedAtMs })
    return kept.ok ? kept.value : null
  }

  /**
   * Begin a reel of clips, in their order: copied when their parameters match, else encoded again
   * at a low priority, one reel at a time. [CL7]
   */
  reel(clipIds: readonly string[], title: string): Result<ReelProgress, ReelRejection> {
    const { shelf, newId } = this.#deps
    const missing = clipIds.find((clipId) => shelf.get(clipId) === null)
    if (missing !== undefined) return err({ code: 'clip_unknown', clipId: missing })
    const wish = { reelId: newId(), clipIds: [...clipIds], title }
    this.#wishes.keep(wish)
    return ok(this.#queue(wish))
  }

  /** How far a reel is; one of an earlier run of this process is on the shelf. */
  reelProgress(reelId: string): ReelProgress | null {
    const known = this.#reels.get(reelId)
    if (known !== undefined) return known
    const isMade = this.#deps.shelf.get(reelId)?.origin === 'reel'
    return isMade ? { reelId, state: 'done', share: 1, clipId: reelId, reason: null } : null
  }

  #queue({ reelId, clipIds, title }: ReelWish): ReelProgress {
    const { shelf, closing } = this.#deps
    const tell = (progress: ReelProgress) => void this.#reels.set(reelId, progress)
    const begun: ReelProgress = { reelId, state: 'queued', share: 0, clipId: null, reason: null }
    tell(begun)
    const onMade = (clip: Clip) => this.#posters.add(clip)
    const piecesFolder = this.#wishes.piecesOf(reelId)
    const deps: ReelDeps = { ...this.#deps, reelId, piecesFolder, tell, onMade }
    this.#lastReel = this.#lastReel.then(async () => {
      const clips = clipIds.map((clipId) => shelf.get(clipId)).filter((clip) => clip !== null)
      if (shelf.get(reelId) === null) await makeReel(clips, title, deps)
      // What was not made because the server closes is made when it comes back.
      if (!closing.aborted) this.#wishes.forget(reelId)
    })
    return begun
  }

  async #make(wish: MakeClip, window: ClipWindow): Promise<Result<Clip, ClipRejection>> {
    const { footage, cutter, nowMs } = this.#deps
    const askedAtMs = wish.ask.kind === 'burst' ? window.toMs : nowMs()
    cutter.prepare()
    await this.#recorded(window.toMs)
    return footage.withRuns(window, async (runs) => {
      const run = longestRun(runs, window)
      if (run === null) return err({ code: 'not_recorded', ...window })
      return this.#cut(wish, window, run, Math.max(askedAtMs, window.toMs))
    })
  }

  async #cut(
    wish: MakeClip,
    window: ClipWindow,
    run: FootageRun,
    sinceMs: number,
  ): Promise<Result<Clip, ClipRejection>> {
    const { cutter, shelf, nowMs, newId, show } = this.#deps
    const originMs = run.segments[0]?.startAtMs ?? window.fromMs
    const contents = [run.init, ...run.segments.map(({ content }) => content)]
    const fromSeconds = Math.max(0, window.fromMs - originMs) / 1_000
    const toSeconds = (window.toMs - originMs) / 1_000
    const cut = await cutter.cut([{ contents, fromSeconds, toSeconds }])
    if (!cut.ok) return cut
    const { startSeconds, durationSeconds, ...file } = cut.value
    const startAtMs = Math.round(originMs + startSeconds * 1_000)
    const durationMs = Math.round(durationSeconds * 1_000)
    const span = { fromMs: startAtMs, toMs: startAtMs + durationMs }
    const { ask } = wish
    const products = this.#productsIn(span, ask)
    const readyAtMs = nowMs()
    const clip: Clip = {
      clipId: newId(),
      title: wish.title ?? this.#titleFor(products, startAtMs),
      origin: ask.kind,
      showId: show()?.showId ?? null,
      startAtMs,
      durationMs,
      file: { ...file, codecs: [...file.codecs] },
      posterHash: null,
      captions: await this.#keepWords(run, span),
      products: [...products],
      orderId: ask.kind === 'order' ? ask.orderId : null,
      parts: [],
      createdAtMs: readyAtMs,
      publishedAtMs: wish.isPublished ? readyAtMs : null,
      readyInMs: Math.max(0, readyAtMs - sinceMs),
    }
    const kept = await shelf.keep(clip)
    if (!kept.ok) return kept
    this.#posters.add(clip)
    if (ask.kind === 'order') this.#pin(ask.orderId, span)
    return kept
  }

  /** An order's clip has that order's things, also when the picture of its moment is missing. */
  #productsIn(span: ClipWindow, ask: ClipAsk): readonly ClipProduct[] {
    const { sales } = this.#deps
    const sold = sales.between(span.fromMs, span.toMs)
    const own = ask.kind === 'order' ? sales.order(ask.orderId) : null
    if (own === null || sold.some(({ orderId }) => orderId === own.orderId)) {
      return productsOf(sold, span).slice(0, PRODUCTS_MAX)
    }
    return productsOf([own, ...sold], { fromMs: 0, toMs: Infinity }).slice(0, PRODUCTS_MAX)
  }

  /** Nobody waits for a copy of the footage: the clip is there. */
  #pin(orderId: string, span: ClipWindow): void {
    const { footage, onTrouble } = this.#deps
    const pinning = footage
      .pin(`order ${orderId}`, span)
      .catch((error: unknown) => onTrouble({ err: error }, 'footage of a receipt is not pinned'))
      .finally(() => this.#pinning.delete(pinning))
    this.#pinning.add(pinning)
  }

  /** Wait until a moment is recorded, within patience. What is there by then is what there is. */
  async #recorded(untilMs: number): Promise<void> {
    const { footage, nowMs, closing } = this.#deps
    const patienceMs = Math.max(0, untilMs - nowMs()) + RECORDING_MS_MAX
    const signal = AbortSignal.any([closing, AbortSignal.timeout(patienceMs)])
    while (!signal.aborted && (footage.recordedToMs() ?? -1) < untilMs) {
      if (!(await footage.nextSegment(signal))) return
    }
  }

  async #keepWords({ timelineId }: FootageRun, span: ClipWindow): Promise<Clip['captions']> {
    const { words, shelf } = this.#deps
    const said = await words.said(timelineId, span)
    return Promise.all(
      said.map(async ({ language, cues }) => {
        return { language, hash: await shelf.keepFile(writeWebVtt(cues), 'vtt') }
      }),
    )
  }

  /** Resolves when no poster is in the making any more. */
  postersSettled(): Promise<void> {
    return this.#posters.settled()
  }

  /** Resolves when the footage of receipts is pinned. */
  async pinsSettled(): Promise<void> {
    await Promise.all(this.#pinning)
  }

  /** Wait for the poster and the reel that are in the making: both end when the server closes. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#lastReel
    await this.#posters[Symbol.asyncDispose]()
  }

  #titleFor(products: readonly ClipProduct[], startAtMs: number): string {
    const { titleOf, show } = this.#deps
    const [best] = products
    const about = best === undefined ? show()?.title : titleOf(best.variantId)
    return (about ?? new Date(startAtMs).toISOString()).slice(0, 120)
  }
}
