import {
  applyEvent,
  assert,
  bytesToHex,
  type BuyerId,
  type Checkpoint,
  checkpointNote,
  checkpointOrigin,
  createSealer,
  createStallState,
  type Demand,
  type FeedItem,
  type JournalHead,
  JOURNAL_EMPTY,
  type Json,
  MerkleFrontier,
  MerkleTree,
  type Moment,
  type NodeId,
  type OfferToken,
  type OrderId,
  type PayKey,
  type PaymentMethod,
  runCommand,
  type SealedEntry,
  type Slip,
  type StallAnswer,
  type StallCommand,
  type StallEvent,
  type StallState,
  type TokenId,
  type TransferId,
  utf8ToBytes,
  type VariantId,
  verifySlip,
} from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'
import {
  type ExchangeRequest,
  type ExchangeResponse,
  EXCHANGE_ENTRIES_MAX,
  PROTOCOL_VERSION,
} from '@nightmarket/sync'

import type { Core } from '../core.ts'
import { receiveExchange } from '../journal/receive-exchange.ts'
import type { Enrolled } from '../node/enrol-node.ts'

/** What a test wants different about a purchase. */
export interface BuyFields {
  readonly payKey?: string
  readonly buyerId?: string
  readonly variantId?: VariantId
  readonly quantity?: number
  readonly unitPriceMinor?: number
  readonly method?: PaymentMethod
}

/**
 * A child with the real stall in it, its journal in memory and its own signature: what an edge is
 * to the core. It can also be made to write what no honest stall would.
 */
export class FieldNode {
  readonly core: Core
  readonly enrolled: Enrolled
  readonly state: StallState
  readonly entries: SealedEntry[] = []
  /** How far this node's clock is ahead of the core's. */
  skewMs = 0
  readonly #sign: (message: Uint8Array) => string
  readonly #seal: ReturnType<typeof createSealer>
  #head: JournalHead = JOURNAL_EMPTY
  #acknowledged = 0

  constructor(core: Core, enrolled: Enrolled, signer: (message: Uint8Array) => string) {
    this.core = core
    this.enrolled = enrolled
    this.state = createStallState(enrolled.nodeId, enrolled.epoch)
    this.#sign = signer
    this.#seal = createSealer(core.digest)
  }

  get nodeId(): NodeId {
    return this.enrolled.nodeId
  }

  get moment(): Moment {
    const nowMs = this.core.nowMs()
    return { atMs: nowMs + this.skewMs, monotonicMs: nowMs - EVENING.startMs }
  }

  /** A copy that goes on by itself: a cloned device. */
  clone(): FieldNode {
    const copy = new FieldNode(this.core, this.enrolled, this.#sign)
    for (const sealed of this.entries) {
      const { type, body, atMs, monotonicMs } = JSON.parse(sealed.text) as Moment & StallEvent
      applyEvent(copy.state, { type, body } as StallEvent, { atMs, monotonicMs })
      copy.entries.push(sealed)
    }
    copy.#head = this.#head
    copy.#acknowledged = this.#acknowledged
    return copy
  }

  run(command: StallCommand): StallAnswer {
    const { moment } = this
    const { events, answer } = runCommand(this.state, command, moment)
    for (const event of events) this.#write(event.type, event.body as unknown as Json, moment)
    return answer
  }

  /** Journal a fact that no command led to, and let the state be. */
  forge(type: string, body: unknown, moment = this.moment): number {
    this.#write(type, body as Json, moment)
    return this.#head.sequence
  }

  #write(type: string, body: Json, moment: Moment): void {
    const { nodeId, epoch } = this.enrolled
    const { sequence, hash } = this.#head
    const place = { nodeId, epoch, sequence: sequence + 1, previousHash: hash }
    const sealed = this.#seal({ ...place, ...moment, type, body })
    this.entries.push(sealed)
    this.#head = { sequence: sealed.sequence, hash: sealed.hash }
  }

  buy(orderId: string, fields: BuyFields = {}): StallAnswer {
    const { quantity = 1, variantId = EVENING.mug } = fields
    const lines = [{ variantId, quantity }]
    const wish = { token: this.token(orderId, fields), lines, requestHash: this.hashOf(orderId) }
    const payment = { ...paymentOf(orderId, fields.method), ...payKeyOf(fields) }
    return this.run({ type: 'place_order', orderId: orderId as OrderId, wish, payment })
  }

  token(orderId: string, fields: BuyFields): OfferToken {
    const { active, nodeId, epoch } = this.state
    assert(active !== null, 'a node sells under a release')
    const listings = active.index.drops.get(EVENING.dropId)?.drop.listings ?? []
    return {
      tokenId: `token-${orderId}` as TokenId,
      audience: `${nodeId}/${epoch}`,
      buyerId: (fields.buyerId ?? `buyer-${orderId}`) as BuyerId,
      releaseId: active.releaseId,
      releaseNumber: active.number,
      dropId: EVENING.dropId,
      offerId: null,
      offerHash: null,
      prices: listings.map(({ variantId, priceMinor }) => ({
        variantId,
        unitPriceMinor: fields.unitPriceMinor ?? priceMinor,
      })),
      unitsMax: 10,
      expiresAtMs: this.moment.atMs + 300_000,
    }
  }

  hashOf(text: string): string {
    return bytesToHex(this.core.digest(utf8ToBytes(text)))
  }

  /** The last entry's body of a type, for a test to copy or to spoil. */
  lastBody(type: StallEvent['type']): Record<string, unknown> {
    const entries = this.entries.map((sealed) => JSON.parse(sealed.text) as StallEvent)
    const found = entries.findLast((event) => event.type === type)
    assert(found !== undefined, `there is a ${type}`)
    return found.body as unknown as Record<string, unknown>
  }

  request(fields: Partial<ExchangeRequest> = {}): ExchangeRequest {
    const first = this.#acknowledged
    const entries = this.entries.slice(first, first + EXCHANGE_ENTRIES_MAX)
    const last = entries.at(-1)
    const before = this.entries[first - 1]?.hash ?? JOURNAL_EMPTY.hash
    return {
      protocolVersion: PROTOCOL_VERSION,
      nodeId: this.enrolled.nodeId,
      epoch: this.enrolled.epoch,
      entries,
      previousHash: last === undefined ? this.#head.hash : before,
      checkpoint: last === undefined ? null : this.checkpointAt(last.sequence),
      feedAfter: this.state.feedPosition,
      demand: this.#demand(),
      atMs: this.moment.atMs,
      ...fields,
    }
  }

  checkpointAt(size: number): Checkpoint {
    const frontier = new MerkleFrontier(this.core.digest)
    for (const { hash } of this.entries.slice(0, size)) frontier.append(hash)
    const { nodeId, epoch } = this.enrolled
    const note = { origin: checkpointOrigin(nodeId, epoch), size, root: frontier.root() }
    return { ...note, signature: this.#sign(utf8ToBytes(checkpointNote(note))) }
  }

  /** Hand mugs to another node; the slip is what it would be shown. */
  handOver(transferId: string, quantity: number, to: FieldNode): Slip {
    const { dropId, mugItem: itemId } = EVENING
    const { nodeId: toNodeId, epoch: toEpoch } = to.enrolled
    const what = { transferId: transferId as TransferId, dropId, itemId, quantity }
    const answer = this.run({ type: 'hand_over', ...what, toNodeId, toEpoch, operatorId: null })
    assert(answer.status === 'done', `handed over: ${JSON.stringify(answer)}`)
    const record = this.state.handed.get(transferId as TransferId)
    assert(record !== undefined, 'what was handed over is known')
    return this.slipOf(record.sequence)
  }

  /** The proof of an entry, as a slip. */
  slipOf(sequence: number): Slip {
    const tree = new MerkleTree(this.core.digest)
    for (const { hash } of this.entries) tree.append(hash)
    return {
      format: 'nightmarket-slip/1',
      entry: this.entries[sequence - 1]?.text ?? '',
      leafIndex: sequence - 1,
      path: tree.inclusionPath(sequence - 1, tree.size),
      checkpoint: this.checkpointAt(tree.size),
      certificate: this.enrolled.certificate,
    }
  }

  /** Take units by a slip, or refuse it. */
  take(slip: Slip, type: 'take_slip' | 'refuse_slip' = 'take_slip'): StallAnswer {
    const { marketKey, digest, verify } = this.core
    const proof = verifySlip(slip, marketKey.publicKey, { digest, verify })
    assert(proof.ok, `the slip verifies: ${JSON.stringify(proof)}`)
    return this.run({ type, proof: proof.value, slip, operatorId: null })
  }

  /** One exchange, and what the answer tells this node. */
  async exchange(fields: Partial<ExchangeRequest> = {}): Promise<ExchangeResponse> {
    const response = await receiveExchange(this.core, this.request(fields))
    if (response.status === 'want') this.#acknowledged = response.sequence - 1
    if (response.status === 'ack') {
      this.#acknowledged = response.sequence
      this.follow(response.feed, response.parentTimeMs)
    }
    return response
  }

  /** An exchange whose answer never arrives. */
  async exchangeAndLose(): Promise<void> {
    await receiveExchange(this.core, this.request())
  }

  /** Take in what the core has decided. */
  follow(feed: readonly FeedItem[], parentTimeMs: number): void {
    const items = feed.filter((item) => item.position > this.state.feedPosition)
    if (items.length > 0) this.run({ type: 'apply_feed', items, parentTimeMs })
  }

  /** Exchange until neither side has anything new. */
  async sync(): Promise<ExchangeResponse> {
    for (let rounds = 0; rounds < 50; rounds++) {
      const before = this.#head.sequence
      const response = await this.exchange()
      const isDone = response.status !== 'ack' && response.status !== 'want'
      if (isDone || (this.#head.sequence === before && this.#acknowledged === before)) {
        return response
      }
    }
    throw new Error('the exchange does not come to rest')
  }

  /** Units that this node could sell now. */
  unsold(itemId = EVENING.mugItem): number {
    return [...this.state.pools.values()]
      .filter((pool) => pool.itemId === itemId)
      .reduce((sum, pool) => sum + pool.unsold, 0)
  }

  #demand(): readonly Demand[] {
    return Array.from(this.state.pools.values(), (pool) => {
      const { dropId, itemId, unsold, held, waiting, soldSinceReport: sold } = pool
      pool.soldSinceReport = 0
      return { dropId, itemId, unsold, held, waiting, sold }
    })
  }
}

/** A payment under the order's own key. */
export function paymentOf(orderId: string, method: PaymentMethod = 'card') {
  const reference = method === 'cash' ? null : 'pm_card_visa'
  return { payKey: `pay-${orderId}` as PayKey, method, reference }
}

function payKeyOf({ payKey }: BuyFields): { readonly payKey?: PayKey } {
  return payKey === undefined ? {} : { payKey: payKey as PayKey }
}
