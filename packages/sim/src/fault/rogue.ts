import {
  bytesToHex,
  checkpointNote,
  checkpointOrigin,
  createSealer,
  JOURNAL_EMPTY,
  MerkleFrontier,
  utf8ToBytes,
  type Demand,
  type FeedItem,
  type Hash,
  type ItemId,
  type JournalHead,
  type Json,
  type SealedEntry,
} from '@nightmarket/kernel'
import {
  EXCHANGE_ENTRIES_MAX,
  PROTOCOL_VERSION,
  type ExchangeRequest,
  type ExchangeResponse,
} from '@nightmarket/sync'

import { viewBooks } from '../invariant/books-view.ts'
import type { Prng } from '../prng.ts'
import { sha256 } from '../world/digest.ts'
import { EVENING } from '../world/evening.ts'
import type { EdgeIdentity } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'

/**
 * A node that keeps the chain and breaks everything else: its entries are signed and in order, and
 * many of them it had no authority for. They must not harm anybody, nor hold up what follows. [I24]
 */
export class RogueNode {
  readonly identity: EdgeIdentity
  readonly #world: World
  readonly #prng: Prng
  readonly #seal = createSealer(sha256)
  readonly #frontier = new MerkleFrontier(sha256)
  readonly #leases: { leaseId: string; itemId: string; quantity: number }[] = []
  #entries: SealedEntry[] = []
  #head: JournalHead = JOURNAL_EMPTY
  #acknowledged = 0
  #feedAfter = 0
  readonly #lies: number[] = []
  #sales = 0
  #isClosed = false
  #hasForked = false
  #foreign: { readonly lease_id: string; readonly item_id: string } | null = null

  constructor(world: World, identity: EdgeIdentity, prng: Prng) {
    this.#world = world
    this.identity = identity
    this.#prng = prng
  }

  get length(): number {
    return this.#head.sequence
  }

  get acknowledged(): number {
    return this.#acknowledged
  }

  /** Entries that nobody may write: each of them is to be shown to a person. [S5] */
  get lies(): readonly number[] {
    return this.#lies
  }

  /** Whether the core has answered to a second entry for a position that it had. */
  get hasForked(): boolean {
    return this.#hasForked
  }

  /** Write some lies and some truths, and send them; now and then of another branch. */
  async misbehave(): Promise<void> {
    const { leases } = await viewBooks(this.#world.core.books)
    const { nodeId } = this.identity.certificate
    this.#foreign = leases.find(({ node_id }) => node_id !== nodeId) ?? null
    await this.exchange()
    for (let count = this.#prng.between(1, 6); count > 0; count--) this.#lie()
    await this.exchange()
    if (this.#acknowledged > 0 && this.#prng.chance(0.3)) await this.#fork()
  }

  /** Give back what the core says is still out, so that nothing of it is missing at the end. */
  async retire(): Promise<void> {
    await this.exchange()
    const { leases } = await viewBooks(this.#world.core.books)
    const { nodeId } = this.identity.certificate
    for (const { lease_id: leaseId, node_id, granted, sold, returned, written_off } of leases) {
      const quantity = granted - sold - returned - written_off
      if (node_id !== nodeId || quantity === 0) continue
      this.#write('lease.returned', { leaseId, quantity, feedPosition: null })
    }
    if (!this.#isClosed) this.#write('stall.frozen', { reason: 'closed', feedPosition: null })
    this.#isClosed = true
    await this.exchange()
  }

  /** One exchange, at once and without a line between. */
  async exchange(): Promise<void> {
    const text = await this.#world.core.exchange(JSON.stringify(this.#nextRequest()))
    if (text === null) return
    const response = JSON.parse(text) as ExchangeResponse
    if (response.status !== 'ack') return
    this.#acknowledged = response.sequence
    for (const item of response.feed) if (item.position > this.#feedAfter) this.#follow(item)
  }

  /**
   * Say something else of positions that the core has. No device of ours does so: one that finds
   * that its journal was replaced stops and tells, so that nobody but the core could see this one.
   */
  async #fork(): Promise<void> {
    const first = this.#prng.between(Math.max(1, this.#acknowledged - 3), this.#acknowledged)
    const before = this.#entries[first - 2]
    let head = before === undefined ? JOURNAL_EMPTY : before
    const branch: SealedEntry[] = []
    for (let sequence = first; sequence <= this.#acknowledged; sequence++) {
      const sealed = this.#sealAfter(head, 'nobody.knows', { what: 'this was', sequence })
      branch.push(sealed)
      head = sealed
    }
    this.#world.chronicle.mark('rogue forks')
    const request = this.#request(branch, before?.hash ?? JOURNAL_EMPTY.hash)
    const text = await this.#world.core.exchange(JSON.stringify(request))
    if (text !== null) this.#hasForked = true
  }

  #follow(item: FeedItem): void {
    this.#feedAfter = item.position
    const feedPosition = item.position
    if (item.type === 'lease.granted') {
      const { leaseId, itemId, quantity } = item.body
      this.#leases.push({ leaseId, itemId, quantity })
      this.#write('lease.received', { ...item.body, ttlMs: 1, feedPosition })
    } else if (item.type === 'release.activated') {
      this.#write('release.applied', { ...item.body, feedPosition } as unknown as Json)
    } else if (item.type === 'lease.recalled' || item.type === 'lease.queried') {
      this.#write('lease.returned', { leaseId: item.body.leaseId, quantity: 0, feedPosition })
    }
  }

  /** Something that it had no authority for, or that may have been somebody else's. */
  #lie(): void {
    const isLie = this.#prng.chance(0.8)
    this.#prng.pick(isLie ? this.#nobodyMay : this.#perhapsTaken)()
    if (isLie) this.#lies.push(this.#head.sequence)
    this.#world.chronicle.mark('entry poisoned')
  }

  readonly #nobodyMay: readonly (() => void)[] = [
    () => this.#write('order.accepted', { orderId: 'no order at all' }),
    () => this.#write('lease.returned', { ...this.#others(), quantity: 1, feedPosition: null }),
    () => this.#write('lease.returned', { ...this.#own(), quantity: 9_999, feedPosition: null }),
    () => this.#write('lease.returned', { ...this.#own(), quantity: 9_999, feedPosition: null }),
    () => this.#write('nobody.knows', { what: 'this is' }),
    () => this.#write('order.moved', { orderId: 'o-b1-2', move: 'void', feedPosition: 1 }),
    () => {
      const body = { number: 99, releaseId: 'none', release: {}, feedPosition: 1 }
      this.#write('release.applied', body)
    },
    () => this.#sell(this.#others()),
    () => this.#sell(this.#others()),
    () => this.#sell({ unitPriceMinor: 1 }),
    () => this.#sell({ quantity: 5_000 }),
    () => this.#sell({ releaseId: 'f'.repeat(64) }),
    () => this.#write('payment.requested', this.#stolenPayment()),
  ]

  readonly #perhapsTaken: readonly (() => void)[] = [
    () => this.#write('lease.disclaimed', { ...this.#others(), feedPosition: 1 }),
    () => this.#write('lease.disclaimed', { ...this.#own(), feedPosition: 1 }),
    () => this.#sell({ orderId: 'o-b1-2' }),
    () => this.#sell({ payKey: 'pay-o-b1-2' }),
  ]

  /** The lease that it got last: the likeliest to have units. */
  #own(): { readonly leaseId: string } {
    return { leaseId: this.#lease().leaseId }
  }

  #lease(): { readonly leaseId: string; readonly itemId: string } {
    return this.#leases.at(-1) ?? { leaseId: 'id-none', itemId: 'mug' }
  }

  /** A lease that is somebody else's. */
  #others(): { readonly leaseId: string } {
    return { leaseId: this.#foreign?.lease_id ?? 'id-none' }
  }

  #stolenPayment(): Json {
    const payment = { payKey: 'stolen', method: 'cash', reference: null, amountMinor: 1_250 }
    return { orderId: 'o-b2-2', payment }
  }

  /** A sale that is wrong in one place. */
  #sell(wrong: {
    readonly leaseId?: string
    readonly unitPriceMinor?: number
    readonly quantity?: number
    readonly orderId?: string
    readonly payKey?: string
    readonly releaseId?: string
  }): void {
    this.#sales += 1
    const { nodeId } = this.identity.certificate
    const orderId = wrong.orderId ?? `rogue-${nodeId}-${this.#sales}`
    const quantity = wrong.quantity ?? 1
    const unitPriceMinor = wrong.unitPriceMinor ?? 1_250
    const { leaseId, itemId } = this.#lease()
    const [releaseId] = this.#world.releases.keys()
    const payKey = wrong.payKey ?? `pay-${orderId}`
    const totalMinor = quantity * unitPriceMinor
    this.#write('order.accepted', {
      orderId,
      buyerId: 'rogue',
      dropId: 'main',
      lines: [{ variantId: 'mug', quantity, unitPriceMinor }],
      totalMinor,
      currency: 'EUR',
      pin: {
        releaseId: wrong.releaseId ?? releaseId ?? '',
        releaseNumber: 1,
        offerId: null,
        offerHash: null,
      },
      tokenId: `t-${orderId}`,
      requestHash: bytesToHex(sha256(utf8ToBytes(orderId))),
      allocations: [{ leaseId: wrong.leaseId ?? leaseId, itemId, quantity }],
      holdId: null,
      payment: { payKey, method: 'card', reference: 'pm_fine', amountMinor: totalMinor },
      state: 'deferred',
    })
  }

  #write(type: string, body: Json): void {
    const sealed = this.#sealAfter(this.#head, type, body)
    this.#entries.push(sealed)
    this.#frontier.append(sealed.hash)
    this.#head = { sequence: sealed.sequence, hash: sealed.hash }
  }

  #sealAfter({ sequence, hash }: JournalHead, type: string, body: Json): SealedEntry {
    const { nodeId, epoch } = this.identity.certificate
    return this.#seal({
      nodeId,
      epoch,
      sequence: sequence + 1,
      previousHash: hash,
      atMs: this.#world.time.nowMs,
      monotonicMs: this.#world.time.nowMs - this.#world.startMs,
      type,
      body,
    })
  }

  #nextRequest(): ExchangeRequest {
    const from = this.#acknowledged
    const entries = this.#entries.slice(from, from + EXCHANGE_ENTRIES_MAX)
    const before = this.#entries[from - 1]?.hash ?? JOURNAL_EMPTY.hash
    return this.#request(entries, entries.length === 0 ? this.#head.hash : before)
  }

  /** Its checkpoint is of all that it has written, or of a branch of it. */
  #request(entries: readonly SealedEntry[], previousHash: Hash): ExchangeRequest {
    const { nodeId, epoch } = this.identity.certificate
    const last = entries.at(-1)
    const note = {
      origin: checkpointOrigin(nodeId, epoch),
      size: last?.sequence ?? this.#head.sequence,
      root: this.#frontier.root(),
    }
    const signature = this.identity.key.sign(utf8ToBytes(checkpointNote(note)))
    return {
      protocolVersion: PROTOCOL_VERSION,
      nodeId,
      epoch,
      entries,
      previousHash,
      checkpoint: last === undefined ? null : { ...note, signature },
      feedAfter: this.#feedAfter,
      demand: this.#isClosed ? [] : EVENING.items.map((itemId) => this.#demandOf(itemId)),
      atMs: this.#world.time.nowMs,
    }
  }

  /** People who wait, so that it is lent something to lie about. */
  #demandOf(itemId: ItemId): Demand {
    const waiting = this.#prng.below(3)
    return { dropId: EVENING.dropId, itemId, unsold: 0, held: 0, waiting, sold: 0 }
  }
}
