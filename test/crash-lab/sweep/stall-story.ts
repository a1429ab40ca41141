import type {
  BuyerId,
  FeedDecision,
  HoldId,
  LeaseId,
  OrderId,
  PayKey,
  ReleaseId,
  StallCommand,
  StallState,
  TicketId,
} from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { buyMug, holdMug } from '@nightmarket/stall/testing'

/** One thing that happens at a stall. */
export interface StallStep {
  readonly name: string
  /** How long before it nothing happens. */
  readonly afterMs?: number
  /** Made when its turn comes: decisions are numbered from where the feed stands. */
  readonly command: (state: StallState, nowMs: number) => StallCommand
}

const ANN = 'ann' as BuyerId
const order = (id: string) => id as OrderId
const payment = (key: string) => {
  return { payKey: key as PayKey, method: 'card', reference: 'pm_card_visa' } as const
}

/** Every command that a stall takes, and every decision that its parent sends, in one evening. */
export const STALL_STORY: readonly StallStep[] = [
  told('activate a release', {
    type: 'release.activated',
    body: { number: 1, releaseId: EVENING.releaseId, release: releaseOfEvening() },
  }),
  told('be granted a lease', granted('l1', 4)),
  asked('place an order', () => buyMug('o1')),
  asked('take a hold', () => holdMug('h1')),
  asked('take a hold to let go', () => holdMug('h2', 'ben')),
  asked('release a hold', () => ({
    type: 'release_hold',
    holdId: 'h2' as HoldId,
    buyerId: 'ben' as BuyerId,
  })),
  asked('buy what is held', () => ({
    type: 'buy_hold',
    orderId: order('o2'),
    holdId: 'h1' as HoldId,
    buyerId: ANN,
    requestHash: 'request o2',
    payment: payment('pay-o2'),
  })),
  asked('take the last but one', () => holdMug('h3', 'cem')),
  asked('take the last', () => buyMug('o3', 'dora')),
  asked('stand in line', () => buyMug('o4', 'eve')),
  asked('stand in line and leave', () => holdMug('h5', 'finn')),
  asked('leave the line', () => ({
    type: 'leave_line',
    ticketId: 'h5' as TicketId,
    buyerId: 'finn' as BuyerId,
  })),
  told('hear that a payment was captured', settled('o1', 'captured')),
  told('hear that a payment was declined', settled('o2', 'declined')),
  asked('pay another way', () => ({
    type: 'pay_order',
    orderId: order('o2'),
    buyerId: ANN,
    payment: payment('pay-o2-again'),
  })),
  told('hear that the second payment was captured', {
    type: 'payment.settled',
    body: { orderId: order('o2'), payKey: 'pay-o2-again' as PayKey, outcome: 'captured' },
  }),
  told('hear that an order was refunded', moved('o1', 'owe'), moved('o1', 'refund')),
  told('hear that an order was fulfilled', moved('o2', 'fulfil')),
  { name: 'end a hold by the clock', afterMs: 130_000, command: () => ({ type: 'tick' }) },
  told('be granted more', granted('l2', 3)),
  told('be asked for units back', {
    type: 'lease.recalled',
    body: { leaseId: 'l2' as LeaseId, quantity: 1 },
  }),
  told('be asked about a lease it never had', {
    type: 'lease.queried',
    body: { leaseId: 'l-lost' as LeaseId },
  }),
  told('activate a second release', {
    type: 'release.activated',
    body: { number: 2, releaseId: 'r2' as ReleaseId, release: releaseOfEvening({ priceMinor: 1 }) },
  }),
  told('hear that nothing more comes', {
    type: 'pool.reported',
    body: { dropId: EVENING.dropId, itemId: EVENING.mugItem, isExhausted: true },
  }),
  asked('return a lease', () => ({ type: 'return_units', leaseId: 'l2' as LeaseId })),
  asked('stop selling for good', () => ({ type: 'freeze', reason: 'closed' })),
]

function asked(name: string, command: () => StallCommand): StallStep {
  return { name, command }
}

function told(name: string, ...decisions: readonly FeedDecision[]): StallStep {
  let first: number | null = null
  return {
    name,
    command(state, atMs) {
      first ??= state.feedPosition + 1
      const from = first
      const items = decisions.map((decision, index) => ({
        ...decision,
        position: from + index,
        atMs,
      }))
      return { type: 'apply_feed', items, parentTimeMs: atMs }
    },
  }
}

function granted(leaseId: string, quantity: number): FeedDecision {
  const { dropId, mugItem: itemId, endMs } = EVENING
  const sellUntilMs = endMs + 600_000
  return {
    type: 'lease.granted',
    body: { leaseId: leaseId as LeaseId, dropId, itemId, quantity, sellUntilMs },
  }
}

function settled(orderId: string, outcome: 'captured' | 'declined'): FeedDecision {
  const payKey = `pay-${orderId}` as PayKey
  return { type: 'payment.settled', body: { orderId: order(orderId), payKey, outcome } }
}

function moved(orderId: string, move: 'owe' | 'refund' | 'fulfil'): FeedDecision {
  return { type: 'order.moved', body: { orderId: order(orderId), move } }
}
