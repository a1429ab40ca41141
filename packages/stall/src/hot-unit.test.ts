import { equal, ok } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import type { FeedDecision, OrderId, PayKey } from '@nightmarket/kernel'
import {
  boundedCounter,
  EVENING,
  History,
  linearize,
  type CounterAct,
} from '@nightmarket/kernel/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { openStall } from './open-stall.ts'
import type { Stall } from './stall.ts'
import { buyMug, createManualHost, createTestMarket, openEvening } from './testing/index.ts'

const UNITS = 6
const BUYERS = 8
const TAPS_EACH = 12

test('[ST1] a crowd on the last units is answered as if one had come after the other', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'nightmarket-hot-unit-'))
  try {
    const store = await openSqliteJournal(join(folder, 'journal.sqlite'))
    await using stall = await openStall(createManualHost(store, createTestMarket()))
    await openEvening(stall, UNITS)
    await hear(stall, nothingMoreComes())
    const history = new History<CounterAct>(() => performance.now())
    const sold: OrderId[] = []
    const buyers = Array.from({ length: BUYERS }, (_, index) => buy(stall, index, history, sold))
    await Promise.all([...buyers, giveBack(stall, history, sold)])
    const { operations } = history
    ok(linearize(operations, boundedCounter(UNITS)) !== null, JSON.stringify(operations))
    const acts = operations.map(({ act }) => act)
    const taken = acts.filter((act) => act.type === 'take' && act.taken).length
    const refused = acts.filter((act) => act.type === 'take' && !act.taken).length
    const given = acts.filter((act) => act.type === 'give').length
    ok(refused > 0 && given > 0, 'it ran out, and units came back')
    const [lease] = stall.state.leases.values()
    equal(lease?.sold, taken - given)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})

/** One buyer, who taps again as soon as there is an answer. */
async function buy(
  stall: Stall,
  index: number,
  history: History<CounterAct>,
  sold: OrderId[],
): Promise<void> {
  for (let tap = 0; tap < TAPS_EACH; tap += 1) {
    const orderId = `o-${index}-${tap}` as OrderId
    const answer = await history.note(
      `buyer ${index}`,
      () => stall.run(buyMug(orderId, `buyer-${index}`)),
      ({ status }) => ({ type: 'take', count: 1, taken: status === 'accepted' }),
    )
    ok(answer.status === 'accepted' || answer.status === 'rejected', answer.status)
    if (answer.status === 'accepted') sold.push(orderId)
  }
}

/** The parent refunds what is sold, one order after another, while the crowd goes on. */
async function giveBack(
  stall: Stall,
  history: History<CounterAct>,
  sold: OrderId[],
): Promise<void> {
  for (let refunds = 0; refunds < 3 * UNITS; refunds += 1) {
    const orderId = sold.shift()
    if (orderId === undefined) {
      await stall.run({ type: 'tick' })
      await new Promise(setImmediate)
      continue
    }
    await history.note(
      'parent',
      () => hear(stall, captured(orderId), moved(orderId, 'owe'), moved(orderId, 'refund')),
      () => ({ type: 'give', count: 1 }),
    )
  }
}

async function hear(stall: Stall, ...decisions: readonly FeedDecision[]): Promise<void> {
  const { feedPosition } = stall.state
  const atMs = EVENING.startMs
  const items = decisions.map((decision, index) => ({
    ...decision,
    position: feedPosition + 1 + index,
    atMs,
  }))
  await stall.run({ type: 'apply_feed', items, parentTimeMs: atMs })
}

function nothingMoreComes(): FeedDecision {
  const { dropId, mugItem: itemId } = EVENING
  return { type: 'pool.reported', body: { dropId, itemId, isExhausted: true } }
}

function captured(orderId: OrderId): FeedDecision {
  const payKey = `pay-${orderId}` as PayKey
  return { type: 'payment.settled', body: { orderId, payKey, outcome: 'captured' } }
}

function moved(orderId: OrderId, move: 'owe' | 'refund'): FeedDecision {
  return { type: 'order.moved', body: { orderId, move } }
}
