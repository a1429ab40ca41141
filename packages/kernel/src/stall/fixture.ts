import type {
  BuyerId,
  DropId,
  HoldId,
  ItemId,
  LeaseId,
  NodeId,
  OrderId,
  PayKey,
  ReleaseId,
  ShowId,
  TokenId,
  VariantId,
} from '../id.ts'
import type { OrderMove } from '../order/order-state.ts'
import type { Drop, Listing, Release, SaleTerms } from '../release/release.ts'
import type { Moment, OfferToken, StallAnswer, StallCommand, Wish } from './command.ts'
import type { PaymentMethod, PaymentOutcome, StallEvent } from './event.ts'
import type { FeedDecision, FeedItem } from './feed.ts'
import { runCommand } from './run-command.ts'
import { createStallState, type StallState } from './state.ts'

/** The evening that the kernel's own tests sell on. Small numbers, so that a failure reads. */
export const EVENING = {
  nodeId: 'edge-1' as NodeId,
  releaseId: 'r1' as ReleaseId,
  dropId: 'main' as DropId,
  mug: 'mug' as VariantId,
  print: 'print' as VariantId,
  /** Two mugs and a print. */
  bundle: 'bundle' as VariantId,
  mugItem: 'mug' as ItemId,
  printItem: 'print' as ItemId,
  startMs: 1_000_000,
  endMs: 1_000_000 + 3_600_000,
}

/** Terms that let a test run to where it wants. */
export const TERMS: SaleTerms = {
  tokenMs: 300_000,
  holdMs: 120_000,
  honourMs: 900_000,
  rescueMs: 600_000,
  fallbackVoucherMinor: 0,
  deferred: {
    orderMinorMax: 100_000,
    buyerOrdersMax: 100,
    ordersMax: 1_000,
    sumMinorMax: 100_000_000,
    ageMsMax: 3_600_000,
  },
}

/** A release of the evening, with whatever a test wants different. */
export function releaseOfEvening(
  fields: {
    readonly terms?: Partial<SaleTerms>
    readonly listing?: Partial<Listing>
    readonly drop?: Partial<Drop>
    readonly priceMinor?: number
  } = {},
): Release {
  const { startMs, endMs, dropId, mug, print, bundle, mugItem, printItem } = EVENING
  const listing = (variantId: VariantId, priceMinor: number): Listing => ({
    variantId,
    priceMinor,
    units: null,
    perCustomer: null,
    priceWindows: [],
    ...fields.listing,
  })
  const variant = { sku: null, barcode: null, imageUrl: null }
  const one = { itemId: mugItem, quantity: 1 }
  return {
    format: 1,
    currency: 'EUR',
    show: {
      showId: 'show' as ShowId,
      title: 'Evening',
      startsAtMs: startMs,
      endsAtMs: endMs,
      timeZone: 'Europe/Berlin',
      place: 'Yard',
      languages: ['en'],
      hosts: ['Ada'],
    },
    variants: [
      { ...variant, variantId: mug, title: 'Mug', components: [one] },
      { ...variant, variantId: print, title: 'Print', components: [{ ...one, itemId: printItem }] },
      {
        ...variant,
        variantId: bundle,
        title: 'Two mugs and a print',
        components: [
          { itemId: mugItem, quantity: 2 },
          { itemId: printItem, quantity: 1 },
        ],
      },
    ],
    drops: [
      {
        dropId,
        title: 'Main',
        opensAtMs: startMs,
        closesAtMs: endMs,
        listings: [
          listing(mug, fields.priceMinor ?? 1_250),
          listing(print, 2_000),
          listing(bundle, 4_000),
        ],
        ...fields.drop,
      },
    ],
    offers: [],
    split: [],
    terms: { ...TERMS, ...fields.terms },
  }
}

/** A stall under test: its state, its clock, and everything it has journaled. */
export interface StallBench {
  readonly state: StallState
  readonly journal: { readonly event: StallEvent; readonly moment: Moment }[]
  clock: Moment
  run(command: StallCommand): StallAnswer
  feed(...decisions: readonly FeedDecision[]): void
  grant(leaseId: string, quantity: number, fields?: { itemId?: ItemId; sellUntilMs?: number }): void
  activate(number: number, releaseId: string, release: Release): void
  place(orderId: string, fields?: WishFields): StallAnswer
  hold(holdId: string, fields?: WishFields): StallAnswer
  buyHold(orderId: string, holdId: string, fields?: WishFields): StallAnswer
  settle(orderId: string, outcome: PaymentOutcome): void
  move(orderId: string, move: OrderMove): void
  pass(durationMs: number): void
}

/** What a test says of a wish; the rest is one mug for Ann. */
export interface WishFields {
  readonly buyerId?: string
  readonly lines?: readonly { readonly variantId: VariantId; readonly quantity: number }[]
  readonly token?: Partial<OfferToken>
  readonly requestHash?: string
  readonly payKey?: string
  readonly method?: PaymentMethod
}

/** Set up a stall with an active release and, by default, no units. */
export function openBench(release: Release = releaseOfEvening()): StallBench {
  const state = createStallState(EVENING.nodeId, 1)
  const journal: StallBench['journal'] = []
  const bench: StallBench = {
    state,
    journal,
    clock: { atMs: EVENING.startMs, monotonicMs: 0 },
    run(command) {
      const moment = bench.clock
      const { events, answer } = runCommand(state, command, moment)
      for (const event of events) journal.push({ event, moment })
      return answer
    },
    feed(...decisions) {
      const { atMs } = bench.clock
      const items = decisions.map(
        (decision, index): FeedItem => ({
          ...decision,
          position: state.feedPosition + 1 + index,
          atMs,
        }),
      )
      bench.run({ type: 'apply_feed', items, parentTimeMs: atMs })
    },
    grant(leaseId, quantity, fields = {}) {
      const { dropId, mugItem, endMs } = EVENING
      const body = {
        leaseId: leaseId as LeaseId,
        dropId,
        itemId: fields.itemId ?? mugItem,
        quantity,
        sellUntilMs: fields.sellUntilMs ?? endMs + 600_000,
      }
      bench.feed({ type: 'lease.granted', body })
    },
    activate(number, releaseId, content) {
      const body = { number, releaseId: releaseId as ReleaseId, release: content }
      bench.feed({ type: 'release.activated', body })
    },
    place(orderId, fields = {}) {
      const id = orderId as OrderId
      const payment = paymentOf(orderId, fields)
      const wish = wishOf(bench, orderId, fields)
      return bench.run({ type: 'place_order', orderId: id, wish, payment })
    },
    hold(holdId, fields = {}) {
      const wish = wishOf(bench, holdId, fields)
      return bench.run({ type: 'take_hold', holdId: holdId as HoldId, wish })
    },
    buyHold(orderId, holdId, fields = {}) {
      return bench.run({
        type: 'buy_hold',
        orderId: orderId as OrderId,
        holdId: holdId as HoldId,
        buyerId: (fields.buyerId ?? 'ann') as BuyerId,
        requestHash: fields.requestHash ?? `buy ${orderId}`,
        payment: paymentOf(orderId, fields),
      })
    },
    settle(orderId, outcome) {
      const payKey = `pay-${orderId}` as PayKey
      const body = { orderId: orderId as OrderId, payKey, outcome }
      bench.feed({ type: 'payment.settled', body })
    },
    move(orderId, move) {
      bench.feed({ type: 'order.moved', body: { orderId: orderId as OrderId, move } })
    },
    pass(durationMs) {
      const { atMs, monotonicMs } = bench.clock
      bench.clock = { atMs: atMs + durationMs, monotonicMs: monotonicMs + durationMs }
    },
  }
  bench.activate(1, EVENING.releaseId, release)
  return bench
}

function wishOf(bench: StallBench, id: string, fields: WishFields): Wish {
  const { nodeId, releaseId, dropId } = EVENING
  const index = bench.state.active?.index
  const listings = index?.drops.get(dropId)?.drop.listings ?? []
  const token: OfferToken = {
    tokenId: `token-${id}` as TokenId,
    audience: `${nodeId}/1`,
    buyerId: (fields.buyerId ?? 'ann') as BuyerId,
    releaseId: bench.state.active?.releaseId ?? releaseId,
    releaseNumber: bench.state.active?.number ?? 1,
    dropId,
    offerId: null,
    offerHash: null,
    prices: listings.map(({ variantId, priceMinor }) => ({
      variantId,
      unitPriceMinor: priceMinor,
    })),
    unitsMax: 10,
    expiresAtMs: bench.clock.atMs + 300_000,
    ...fields.token,
  }
  const lines = fields.lines ?? [{ variantId: EVENING.mug, quantity: 1 }]
  return { token, lines, requestHash: fields.requestHash ?? `request ${id}` }
}

function paymentOf(orderId: string, fields: WishFields) {
  const payKey = (fields.payKey ?? `pay-${orderId}`) as PayKey
  const method = fields.method ?? 'card'
  return { payKey, method, reference: method === 'cash' ? null : 'pm_card_visa' }
}
