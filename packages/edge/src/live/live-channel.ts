import type { OrderId } from '@nightmarket/kernel'

import type { EdgeDeps } from '../edge-deps.ts'
import type { StallWatch } from '../order/stall-watch.ts'
import { OverlayBoard } from '../overlay/overlay-board.ts'
import type { OverlayView } from '../overlay/overlay-schema.ts'
import { frameOf } from './live-batch.ts'
import { LiveHub, type LiveSink, type LiveViewer } from './live-hub.ts'
import { MARKET_UNKNOWN, marketNews, viewMarket, type MarketView } from './market-news.ts'
import {
  viewerMessage,
  type CaptionCue,
  type LiveMessage,
  type ResumePoint,
  type ViewerMessage,
} from './message.ts'
import { forgetTold, standingNews, watchIds, type Watched } from './standing-news.ts'
import { WriteLimit } from './write-limit.ts'

/** How soon what the stall did is told, and how often the clock is looked at meanwhile. */
const TICK_MS = { news: 40, idle: 250 }

/** Between two looks whether viewers are still there. */
export const HEARTBEAT_MS = 15_000

/** What one address may send: a whole hall may sit behind it. [LV6] */
export const HEAR_RATE = { burst: 500, perSecond: 50 }

type Deps = Pick<EdgeDeps, 'stall' | 'now' | 'setTimer' | 'newId' | 'closing'> & {
  readonly watch: StallWatch
  readonly liveLimits?: LiveLimits
  /** Whether the show has a picture at this edge. Absent: it has none. */
  readonly hasPicture?: () => boolean
}

/** How many may be connected to one process, whatever the wire. [LV6] */
export interface LiveLimits {
  readonly viewersMax: number
  /** From one address: a hall full of people may share one. */
  readonly perAddressMax: number
}

/** Room for a hall behind one address, and for far more in all. */
export const LIVE_LIMITS: LiveLimits = { viewersMax: 20_000, perAddressMax: 2_000 }

/** One viewer's end at the channel, for the host that has the wire. */
export interface LiveGuest {
  /** A message of the viewer, as it came. */
  hear(text: string): void
  /** Watch ids at once, for a wire that the viewer cannot send on. */
  watch(buyerId: string, ids: readonly OrderId[]): void
  drained(): void
  left(): void
}

interface Seat {
  readonly viewer: LiveViewer
  readonly address: string
  watched: Watched | null
}

/**
 * The edge's live channel: what changes at the stall, told to everybody who looks, and to each
 * buyer what is theirs. Nothing runs while nobody listens.
 */
export class LiveChannel {
  /** Names this process’s counting of what it tells. */
  readonly epoch: string
  readonly #deps: Deps
  readonly #hub: LiveHub
  readonly #board = new OverlayBoard()
  readonly #seats = new Set<Seat>()
  readonly #hearing: WriteLimit
  readonly #perAddress = new Map<string, number>()
  #view: MarketView = MARKET_UNKNOWN
  #hasPicture = false
  #tipsTold = 0
  #cancelTick: (() => void) | null = null
  #isTickSoon = false
  #beatDueMs = 0

  constructor(deps: Deps) {
    const { stall, now, setTimer, newId, closing } = deps
    this.#deps = deps
    this.epoch = newId()
    this.#hearing = new WriteLimit(HEAR_RATE, () => now().monotonicMs)
    this.#hub = new LiveHub({
      epoch: this.epoch,
      nowMs: () => now().atMs,
      monotonicMs: () => now().monotonicMs,
      heartbeatMs: HEARTBEAT_MS,
      soon: (work) => void setTimer(0, work),
      snapshot: () => this.#snapshot(),
    })
    stall.onDurable(() => this.#tickIn('news'))
    closing?.addEventListener('abort', () => this.close())
  }

  /** How many are connected. */
  get viewers(): number {
    return this.#hub.viewers
  }

  /** Whether one more fits, of all and of those behind an address. [LV6] */
  hasRoom(address: string): boolean {
    const { viewersMax, perAddressMax } = this.#deps.liveLimits ?? LIVE_LIMITS
    const here = this.#perAddress.get(address) ?? 0
    return this.viewers < viewersMax && here < perAddressMax
  }

  /** Take a viewer in. `address` is only for limits, and kept no longer than the connection. */
  join(sink: LiveSink, address: string, resume: ResumePoint | null): LiveGuest {
    this.#look()
    const viewer = this.#hub.join(sink, resume)
    const seat: Seat = { viewer, address, watched: null }
    this.#seats.add(seat)
    this.#perAddress.set(address, (this.#perAddress.get(address) ?? 0) + 1)
    if (this.#cancelTick === null) this.#begin()
    return {
      hear: (text) => void this.#hear(seat, text),
      watch: (buyerId, ids) => void this.#watch(seat, buyerId, ids),
      drained: () => viewer.drained(),
      left: () => {
        viewer.left()
        if (this.#seats.delete(seat)) this.#countDown(address)
      },
    }
  }

  /** Show an overlay on every page. */
  show(overlay: OverlayView): void {
    const pushedOut = this.#board.show(overlay, this.#deps.now().atMs)
    for (const overlayId of pushedOut) this.#hub.publish({ type: 'overlay_hidden', overlayId })
    this.#hub.publish({ type: 'overlay', overlay })
  }

  /** Take an overlay from every page. Whether it was shown. */
  hide(overlayId: string): boolean {
    const wasShown = this.#board.hide(overlayId)
    if (wasShown) this.#hub.publish({ type: 'overlay_hidden', overlayId })
    return wasShown
  }

  /** Tell everybody words of the show. */
  caption(cue: CaptionCue): void {
    this.#hub.publish({ type: 'caption', cue })
  }

  /** What is shown now. */
  overlays(): readonly OverlayView[] {
    return this.#board.at(this.#deps.now().atMs)
  }

  /** End all connections; pages go to another edge or come back. */
  close(): void {
    this.#cancelTick?.()
    this.#cancelTick = null
    this.#hub.close()
    this.#seats.clear()
    this.#perAddress.clear()
  }

  #countDown(address: string): void {
    const left = (this.#perAddress.get(address) ?? 1) - 1
    if (left > 0) this.#perAddress.set(address, left)
    else this.#perAddress.delete(address)
  }

  #snapshot() {
    const { active, drops } = this.#view
    const release =
      active === null ? null : { releaseId: active.releaseId, releaseNumber: active.number }
    const [all, overlays] = [[...drops], [...this.overlays()]]
    const hasPicture = this.#hasPicture
    return { type: 'snapshot' as const, release, drops: all, overlays, hasPicture }
  }

  #begin(): void {
    this.#beatDueMs = this.#deps.now().monotonicMs + HEARTBEAT_MS
    this.#tickIn('idle')
  }

  #tickIn(reason: keyof typeof TICK_MS): void {
    const isSoon = reason === 'news'
    if (this.#seats.size === 0) return
    if (this.#cancelTick !== null && (this.#isTickSoon || !isSoon)) return
    this.#cancelTick?.()
    this.#isTickSoon = isSoon
    this.#cancelTick = this.#deps.setTimer(TICK_MS[reason], () => this.#tick())
  }

  #tick(): void {
    this.#cancelTick = null
    this.#isTickSoon = false
    if (this.#seats.size === 0) return
    this.#look()
    void this.#tellStandings([...this.#seats])
    this.#beat()
    this.#tickIn('idle')
  }

  /** Publish what changed since the last look. */
  #look(): void {
    const { stall, now } = this.#deps
    const view = viewMarket(stall.state, now())
    const isFirst = this.#view === MARKET_UNKNOWN && this.#hub.viewers === 0
    const news = isFirst ? [] : marketNews(this.#view, view)
    this.#view = view
    for (const message of news) this.#hub.publish(message)
    this.#tellTips(isFirst)
    const hasPicture = this.#deps.hasPicture?.() ?? false
    const isNews = !isFirst && hasPicture !== this.#hasPicture
    this.#hasPicture = hasPicture
    if (isNews) this.#hub.publish({ type: 'picture', hasPicture })
  }

  /** Tips are only ever added, save when the disk failed and a batch was taken back. */
  #tellTips(isFirst: boolean): void {
    const { tips, wallets } = this.#deps.stall.state
    const toldBefore = isFirst ? tips.size : this.#tipsTold
    this.#tipsTold = tips.size
    if (tips.size <= toldBefore) return
    for (const { walletId, amountMinor } of tips.values().drop(toldBefore)) {
      const currency = wallets.get(walletId)?.wallet.currency
      if (currency !== undefined) this.#hub.publish({ type: 'tip', amountMinor, currency })
    }
  }

  #beat(): void {
    const { monotonicMs } = this.#deps.now()
    if (monotonicMs < this.#beatDueMs) return
    this.#beatDueMs = monotonicMs + HEARTBEAT_MS
    this.#hub.beat()
  }

  /** Tell buyers what is theirs, once it is on disk. [ED4] */
  async #tellStandings(seats: readonly Seat[]): Promise<void> {
    if (!seats.some(({ watched }) => watched !== null)) return
    const { stall, watch } = this.#deps
    const collected = seats.flatMap((seat) => {
      const { watched } = seat
      const news = watched === null ? [] : standingNews(stall.state, watched)
      return watched === null || news.length === 0 ? [] : [{ seat, watched, news }]
    })
    if (collected.length === 0) return
    const isWritten = (await watch.settled(() => true)) === true
    for (const { seat, watched, news } of collected) {
      if (!isWritten) forgetTold(watched, news)
      else if (seat.watched === watched) {
        seat.viewer.deliver({ frames: news.map((order) => frameOf({ type: 'standing', order })) })
      }
    }
  }

  #watch(seat: Seat, buyerId: string, ids: readonly OrderId[]): Promise<void> {
    seat.watched = watchIds(buyerId, ids)
    return this.#tellStandings([seat])
  }

  async #hear(seat: Seat, text: string): Promise<void> {
    if (!this.#hearing.take(seat.address)) return this.#answer(seat, 'too_fast')
    const message = parseViewerMessage(text)
    if (message === null) return this.#answer(seat, 'malformed')
    return this.#watch(seat, message.buyerId, message.ids)
  }

  #answer(seat: Seat, code: Extract<LiveMessage, { type: 'refused' }>['code']): void {
    seat.viewer.deliver({ frames: [frameOf({ type: 'refused', code })] })
  }
}

function parseViewerMessage(text: string): ViewerMessage | null {
  const value = parseJson(text)
  const parsed = viewerMessage.safeParse(value)
  return parsed.success ? parsed.data : null
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
