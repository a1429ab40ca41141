import {
  FRONTIER_EMPTY,
  HASH_ZERO,
  type FeedDecision,
  type FeedItem,
  type LeaseId,
  type SealedEntry,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'

import { cosign, planExchange, type KnownJournal } from '../parent.ts'
import {
  EXCHANGE_FEED_ITEMS_MAX,
  type ExchangeRefused,
  type ExchangeRequest,
  type ExchangeResponse,
  type ParentWire,
} from '../protocol.ts'
import { digest, signAsNode, verifyNode } from './kernel-stall.ts'

/** A parent that keeps one child's journal in memory, with the plan that the books use. */
export class LedgerParent implements ParentWire {
  readonly entries: SealedEntry[] = []
  readonly requests: ExchangeRequest[] = []
  readonly feed: FeedItem[] = []
  /** The other branch of a fork, as it was sent. */
  branch: readonly SealedEntry[] = []
  /** Says no to everything, when set. */
  refusal: ExchangeRefused | null = null
  /** How long an answer to a wait for the feed may take; ends by `feed` or by the signal. */
  readonly #waiting = new Set<() => void>()
  readonly #nowMs: () => number
  #known: KnownJournal = {
    nodeId: EVENING.nodeId,
    epoch: 1,
    sequence: 0,
    hash: HASH_ZERO,
    frontier: FRONTIER_EMPTY,
  }

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** Decide something for the child. */
  tell(...decisions: readonly FeedDecision[]): void {
    for (const decision of decisions) {
      this.feed.push({ ...decision, position: this.feed.length + 1, atMs: this.#nowMs() })
    }
    for (const wake of this.#waiting) wake()
  }

  /** The evening's release, and so many mugs to sell. */
  openEvening(units: number): void {
    const { releaseId, dropId, mugItem, endMs } = EVENING
    const release = { number: 1, releaseId, release: releaseOfEvening() }
    this.tell({ type: 'release.activated', body: release })
    const lease = { leaseId: 'l1' as LeaseId, dropId, itemId: mugItem, quantity: units }
    this.tell({ type: 'lease.granted', body: { ...lease, sellUntilMs: endMs } })
  }

  async exchange(request: ExchangeRequest): Promise<ExchangeResponse> {
    this.requests.push(request)
    if (this.refusal !== null) return this.refusal
    const stored = (sequence: number) => this.entries[sequence - 1]?.hash ?? null
    const tools = { digest, verify: verifyNode, publicKey: '' }
    const plan = planExchange(this.#known, request, stored, tools)
    const parentTimeMs = this.#nowMs()
    switch (plan.status) {
      case 'want':
        return { ...plan, parentTimeMs }
      case 'invalid':
        return { status: 'refused', code: 'journal_invalid', detail: plan.detail }
      case 'fork': {
        this.branch = plan.branch.map(({ sealed }) => sealed)
        const { status, sequence, parentHash, childHash } = plan
        return { status, sequence, parentHash, childHash }
      }
      case 'accept': {
        this.entries.push(...plan.entries.map(({ sealed }) => sealed))
        this.#known = { ...this.#known, ...plan.head, frontier: plan.frontier }
        const { feedAfter } = request
        return {
          status: 'ack',
          ...plan.head,
          cosignature: plan.checkpoint === null ? null : cosign(plan.checkpoint, signAsNode),
          parentTimeMs,
          feed: this.feed.slice(feedAfter, feedAfter + EXCHANGE_FEED_ITEMS_MAX),
          feedHead: this.feed.length,
        }
      }
    }
  }

  async awaitFeed(after: number, signal?: AbortSignal): Promise<number> {
    while (this.feed.length <= after && signal?.aborted !== true) {
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve)
        signal?.addEventListener('abort', () => resolve(), { once: true })
      })
    }
    return this.feed.length
  }
}
