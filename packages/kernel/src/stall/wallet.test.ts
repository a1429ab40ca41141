import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import type { BuyerId, OrderId, PayKey, TipId, WalletId } from '../id.ts'
import { applyEvent } from './apply-event.ts'
import type { StallAnswer } from './command.ts'
import { EVENING, openBench, releaseOfEvening, type StallBench } from './fixture.ts'
import { createStallState } from './state.ts'
import { nextDueMs } from './upkeep.ts'
import { walletView } from './wallet.ts'

const WALLET = { amountMinor: 2_000, tipsMinor: [100, 500], purchaseMinorMax: 1_250 }
const walletId = 'w1' as WalletId

function benchWithUnits(): StallBench {
  const bench = openBench(releaseOfEvening({ terms: { wallet: WALLET } }))
  bench.grant('l1', 10)
  return bench
}

/** A wallet of Ann's that the processor has set aside. */
function openWallet(bench: StallBench): void {
  ask(bench)
  bench.settle('w1', 'authorized')
}

interface AskFields {
  readonly payKey?: string
  readonly buyerId?: string
  readonly amountMinor?: number
}

function ask(bench: StallBench, fields: AskFields = {}) {
  const { payKey = 'pay-w1', buyerId = 'ann', amountMinor = 2_000 } = fields
  const payment = { payKey: payKey as PayKey, method: 'card', reference: 'pm_card_visa' } as const
  const type = 'open_wallet'
  return bench.run({ type, walletId, buyerId: buyerId as BuyerId, amountMinor, payment })
}

function tip(bench: StallBench, tipId: string, amountMinor = 500, buyerId = 'ann'): StallAnswer {
  const who = { walletId, buyerId: buyerId as BuyerId }
  return bench.run({ type: 'give_tip', tipId: tipId as TipId, ...who, amountMinor })
}

function close(bench: StallBench, buyerId = 'ann'): StallAnswer {
  return bench.run({ type: 'close_wallet', walletId, buyerId: buyerId as BuyerId })
}

function buy(bench: StallBench, orderId: string, buyerId = 'ann'): StallAnswer {
  const { command } = wishFor(bench, orderId, buyerId)
  return bench.run(command)
}

/** One mug at 12.50, paid from the wallet. */
function wishFor(bench: StallBench, orderId: string, buyerId: string) {
  const { active, nodeId, epoch } = bench.state
  ok(active !== null)
  const token = {
    tokenId: `t-${orderId}`,
    audience: `${nodeId}/${epoch}`,
    buyerId,
    releaseId: active.releaseId,
    releaseNumber: active.number,
    dropId: EVENING.dropId,
    offerId: null,
    offerHash: null,
    prices: [
      { variantId: EVENING.mug, unitPriceMinor: 1_250 },
      { variantId: EVENING.print, unitPriceMinor: 2_000 },
    ],
    unitsMax: 10,
    expiresAtMs: bench.clock.atMs + 300_000,
  }
  const lines = [{ variantId: EVENING.mug, quantity: 1 }]
  const payment = { payKey: `p-${orderId}`, method: 'wallet', reference: walletId }
  const wish = { token, lines, requestHash: `buy ${orderId}` }
  const command = { type: 'place_order', orderId, wish, payment }
  return { command: command as unknown as Parameters<StallBench['run']>[0] }
}

function code(answer: StallAnswer): string {
  return answer.status === 'rejected' ? answer.rejection.code : answer.status
}

function stand(bench: StallBench) {
  const record = bench.state.wallets.get(walletId)
  ok(record !== undefined)
  const { state, spentMinor } = walletView(record)
  return [state, spentMinor]
}

test('[WA1] nothing is drawn before the amount is set aside, nor after it was refused', () => {
  const bench = benchWithUnits()
  equal(code(tip(bench, 't0')), 'wallet_unknown')
  equal(code(ask(bench, { amountMinor: 5_000 })), 'wallet_not_offered')
  equal(code(ask(bench)), 'wallet')
  equal(code(tip(bench, 't1')), 'wallet_not_open')
  bench.settle('w1', 'unknown')
  equal(code(tip(bench, 't1')), 'wallet_not_open')
  bench.settle('w1', 'authorized')
  equal(code(tip(bench, 't1')), 'wallet')
  const refused = benchWithUnits()
  ask(refused)
  refused.settle('w1', 'declined')
  equal(code(tip(refused, 't1')), 'wallet_not_open')
  deepEqual(stand(refused), ['refused', 0])
  equal(code(ask(openBench())), 'wallet_not_offered')
})

test('[WA2] tips and purchases together never exceed the amount, also without an uplink', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  const bought = buy(bench, 'o1')
  ok(bought.status === 'accepted')
  equal(bought.state, 'authorized')
  equal(code(tip(bench, 't1')), 'wallet')
  deepEqual(stand(bench), ['open', 1_750])
  const short = buy(bench, 'o2')
  ok(short.status === 'rejected' && short.rejection.code === 'wallet_short')
  equal(short.rejection.leftMinor, 250)
  equal(bench.state.orders.size, 1)
  // What was bought may fail later: its money is not there to be spent again.
  bench.move('o1', 'void')
  equal(code(buy(bench, 'o3')), 'wallet_short')
})

test('[WA3] the same id gives the same answer, with another body it is refused', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  equal(code(ask(bench)), 'wallet')
  equal(code(ask(bench, { payKey: 'other' })), 'idempotency_key_reused')
  tip(bench, 't1')
  const before = bench.journal.length
  equal(code(tip(bench, 't1')), 'wallet')
  equal(code(tip(bench, 't1', 100)), 'idempotency_key_reused')
  equal(code(buy(bench, 'o1')), 'accepted')
  equal(code(buy(bench, 'o1')), 'accepted')
  deepEqual([bench.journal.length - before, ...stand(bench)], [1, 'open', 1_750])
  equal(code(buy(bench, walletId)), 'idempotency_key_reused')
  const named = benchWithUnits()
  named.place('w1')
  equal(code(ask(named, { payKey: 'fresh' })), 'idempotency_key_reused')
})

test('[WA4] a wallet is its own buyer’s, for the tips and prices of the release', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  equal(code(tip(bench, 't1', 500, 'ben')), 'wallet_unknown')
  equal(code(buy(bench, 'o1', 'ben')), 'wallet_unknown')
  equal(code(close(bench, 'ben')), 'wallet_unknown')
  equal(code(tip(bench, 't1', 300)), 'wallet_not_offered')
  const dear = openBench(
    releaseOfEvening({ terms: { wallet: { ...WALLET, purchaseMinorMax: 1_249 } } }),
  )
  dear.grant('l1', 10)
  openWallet(dear)
  equal(code(buy(dear, 'o1')), 'wallet_not_offered')
  deepEqual([dear.state.orders.size, ...stand(bench)], [0, 'open', 0])
})

test('[WA4] an order in rescue is not paid from a wallet', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  bench.place('o1')
  bench.settle('o1', 'declined')
  const payment = { payKey: 'again' as PayKey, method: 'wallet', reference: walletId } as const
  const buyerId = 'ann' as BuyerId
  const answer = bench.run({ type: 'pay_order', orderId: 'o1' as OrderId, buyerId, payment })
  equal(code(answer), 'payment_method_refused')
})

test('[WA5] a wallet ends once, with what was spent', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  tip(bench, 't1')
  equal(code(close(bench)), 'wallet')
  equal(code(close(bench)), 'wallet')
  equal(code(tip(bench, 't2')), 'wallet_not_open')
  deepEqual(closings(bench), [500])
  const empty = benchWithUnits()
  openWallet(empty)
  for (const id of ['t1', 't2', 't3', 't4']) tip(empty, id)
  deepEqual([closings(empty), ...stand(empty)], [[2_000], 'closed', 2_000])
})

test('[WA5] the end of the show ends it, and so does the end of its node', () => {
  const bench = benchWithUnits()
  openWallet(bench)
  tip(bench, 't1')
  const endsAtMs = EVENING.endMs + 600_000
  equal(nextDueMs(bench.state), endsAtMs)
  bench.pass(endsAtMs - bench.clock.atMs)
  equal(code(tip(bench, 't2')), 'wallet_not_open')
  bench.run({ type: 'tick' })
  deepEqual([closings(bench), nextDueMs(bench.state)], [[500], null])
  const leaving = benchWithUnits()
  ask(leaving)
  leaving.run({ type: 'freeze', reason: 'closed' })
  leaving.settle('w1', 'authorized')
  deepEqual([closings(leaving), ...stand(leaving)], [[0], 'closed', 0])
})

test('[WA2, WA5, I12] whatever is asked in whatever order, the journal adds up', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('tip'), id: fc.nat(12), minor: fc.constantFrom(100, 500, 900) }),
    fc.record({ do: fc.constant('buy'), id: fc.nat(6) }),
    fc.record({
      do: fc.constant('settle'),
      outcome: fc.constantFrom('authorized', 'captured', 'declined', 'voided', 'unknown'),
    }),
    fc.record({ do: fc.constantFrom('close', 'ask', 'tick') }),
    fc.record({ do: fc.constant('pass'), ms: fc.nat(2_000_000) }),
  )
  let drawn = 0
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const bench = benchWithUnits()
      ask(bench)
      bench.settle('w1', 'authorized')
      for (const each of steps) take(bench, each as Step)
      const sum = spentIn(bench)
      drawn += sum
      const record = bench.state.wallets.get(walletId)
      equal(record?.spentMinor, sum)
      ok(sum <= WALLET.amountMinor)
      ok(closings(bench).length <= 1)
      for (const spentMinor of closings(bench)) equal(spentMinor, sum)
      deepEqual(replayed(bench).wallets, bench.state.wallets)
    }),
    { numRuns: 300, seed: 163 },
  )
  ok(drawn > 0)
})

interface Step {
  readonly do: 'tip' | 'buy' | 'settle' | 'close' | 'ask' | 'tick' | 'pass'
  readonly id: number
  readonly minor: number
  readonly ms: number
  readonly outcome: 'authorized' | 'captured'
}

function take(bench: StallBench, step: Step): void {
  if (step.do === 'tip') tip(bench, `t${step.id}`, step.minor)
  else if (step.do === 'buy') buy(bench, `o${step.id}`)
  else if (step.do === 'settle') bench.settle('w1', step.outcome)
  else if (step.do === 'close') close(bench)
  else if (step.do === 'ask') ask(bench)
  else if (step.do === 'tick') bench.run({ type: 'tick' })
  else bench.pass(step.ms)
}

function spentIn(bench: StallBench): number {
  return bench.journal.reduce((sum, { event }) => {
    if (event.type === 'tip.given') return sum + event.body.amountMinor
    const isDraw = event.type === 'order.accepted' && event.body.payment.method === 'wallet'
    return isDraw ? sum + event.body.totalMinor : sum
  }, 0)
}

function closings(bench: StallBench): readonly number[] {
  return bench.journal.flatMap(({ event }) =>
    event.type === 'wallet.closed' ? [event.body.spentMinor] : [],
  )
}

function replayed(bench: StallBench) {
  const state = createStallState(EVENING.nodeId, 1)
  for (const { event, moment } of bench.journal) applyEvent(state, event, moment)
  return state
}
