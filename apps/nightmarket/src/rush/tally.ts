import type { Buyer } from './buyer.ts'
import { LatencyHistogram } from './latency-histogram.ts'
import { Pace } from './pace.ts'
import { Promises } from './promises.ts'

/** How a buyer's evening ended. */
export type Outcome =
  | { readonly status: 'accepted' }
  | { readonly status: 'sold_out' }
  /** Still in line, or in the middle of paying, when the rush ended. */
  | { readonly status: 'waiting' }
  /** Left the line by themselves. */
  | { readonly status: 'left' }
  /** The card was declined before anything was sold. */
  | { readonly status: 'declined' }
  | { readonly status: 'refused'; readonly code: string }
  /** Nobody answered for as long as a person tries. */
  | { readonly status: 'unanswered' }

/** The counts of a rush while it is on. Owned by one rush, changed by its buyers. */
export class Tally {
  readonly promises = new Promises()
  /** Every `POST /v1/orders`, from the tap to its answer. */
  readonly taps = new LatencyHistogram()
  readonly offers = new LatencyHistogram()
  readonly refusals = new Map<string, number>()
  /** What people were told that nothing is left of, as `poolKey(dropId, variantId)`. */
  readonly soldOutPools = new Set<string>()
  readonly outcomes: Record<Outcome['status'], number> = {
    accepted: 0,
    sold_out: 0,
    waiting: 0,
    left: 0,
    declined: 0,
    refused: 0,
    unanswered: 0,
  }
  arrived = 0
  /** People who were sent into the line at first. */
  queued = 0
  /** Orders that were accepted before their payment was checked. */
  deferred = 0
  /** Orders whose payment failed after they were accepted, as their buyers saw it. */
  inRescue = 0
  /** Of these, how many were paid another way. */
  paidAgain = 0
  /** Requests that were sent again because the connection was lost or the edge was not ready. */
  repeats = 0
  firstTapMs: number | null = null
  readonly #pace = new Pace()

  /** Note that a buyer has come, and taps. */
  arrive(): void {
    const nowMs = performance.now()
    this.arrived += 1
    this.firstTapMs ??= nowMs
    this.#pace.start(nowMs)
  }

  /** Note that a buyer was told `accepted`. */
  accept(promised: Parameters<Promises['keep']>[0], state: string): void {
    this.promises.keep(promised)
    this.#pace.add(performance.now())
    if (state === 'deferred') this.deferred += 1
  }

  /** Note how a buyer's evening ended. */
  finish(outcome: Outcome, { dropId, variantId }: Pick<Buyer, 'dropId' | 'variantId'>): void {
    this.outcomes[outcome.status] += 1
    if (outcome.status === 'refused') {
      this.refusals.set(outcome.code, (this.refusals.get(outcome.code) ?? 0) + 1)
    }
    if (outcome.status === 'sold_out') this.soldOutPools.add(`${dropId}/${variantId}`)
  }

  /** Accepted orders a second when it went fastest. [RU4] */
  ordersPerSecond(): number {
    return this.#pace.perSecond()
  }
}
