import { setImmediate as turn } from 'node:timers/promises'

import type { StallAnswer, StallState } from '@nightmarket/kernel'
import { openStall, type Stall } from '@nightmarket/stall'
import {
  createManualHost,
  createTestMarket,
  type ManualHost,
} from '@nightmarket/stall/testing'
import { createMemoryJournalStore, StorageFault } from '@nightmarket/storage'

import type { FaultPlan, Sweep, SweptRun } from './fault-plan.ts'
import { FaultyJournalStore } from './faulty-journal-store.ts'
import { STALL_STORY, type StallStep } from './stall-story.ts'

/** How often a command is repeated at most until the stall answers. */
const REPEATS_MAX = 20

/** Between two repeats: longer than a stall waits before it reads its journal again, at first. */
const PATIENCE_MS = 500

const market = createTestMarket()

/**
 * Every command of the evening, and opening the stall after it: what the journal's store does under
 * it fails, the command is repeated, and the stall must be what it is when nothing fails.
 */
export function stallSweeps(story: readonly StallStep[] = STALL_STORY): readonly Sweep[] {
  const commands = story.map((step, place) => ({
    name: `the stall: ${step.name}`,
    run: (plan: FaultPlan | null) => runStep(story.slice(0, place), step, plan),
  }))
  const open = { name: 'the stall: open', run: (plan: FaultPlan | null) => runOpening(story, plan) }
  return [...commands, open]
}

/** A stall on a store that can be made to fail, as the story has left it. */
async function openAfter(steps: readonly StallStep[]) {
  const store = new FaultyJournalStore(createMemoryJournalStore())
  const host = createManualHost(store, market)
  const stall = await openStall(host)
  for (const step of steps) await take(stall, host, step)
  return { store, host, stall }
}

async function take(stall: Stall, host: ManualHost, step: StallStep): Promise<StallAnswer> {
  host.pass(step.afterMs ?? 0)
  for (let repeats = 0; repeats < REPEATS_MAX; repeats += 1) {
    const command = step.command(stall.state, host.now().atMs)
    const answer = await stall.run(command).catch(faultOnly)
    if (answer !== null && !isAway(answer)) return answer
    host.pass(PATIENCE_MS)
    await rest(stall)
  }
  throw new Error(`the stall does not come back: ${step.name}`)
}

function faultOnly(error: unknown): null {
  if (error instanceof StorageFault) return null
  throw error
}

function isAway(answer: StallAnswer): boolean {
  return answer.status === 'rejected' && answer.rejection.code === 'not_selling' &&
    answer.rejection.reason === 'storage'
}

/** Let a stall that reads its journal again come to its end. */
async function rest(stall: Stall): Promise<void> {
  for (let turns = 0; turns < 20 && stall.notSelling() === 'storage'; turns += 1) await turn()
}

async function runStep(
  before: readonly StallStep[],
  step: StallStep,
  plan: FaultPlan | null,
): Promise<SweptRun> {
  const expected = await outcomeOf(before, step)
  const { store, host, stall } = await openAfter(before)
  store.arm(plan)
  const answer = await take(stall, host, step)
  const { calls, failed } = store
  store.arm(null)
  const findings = [
    ...differences(expected.told, describeAnswer(answer), 'the answer'),
    ...differences(expected.state, describeState(stall.state), 'the stall'),
  ]
  const again = await openStall(createManualHost(store, market))
  findings.push(...differences(expected.state, describeState(again.state), 'the journal'))
  return { calls, failed, findings }
}

async function outcomeOf(before: readonly StallStep[], step: StallStep) {
  const { host, stall } = await openAfter(before)
  const told = describeAnswer(await take(stall, host, step))
  return { told, state: describeState(stall.state) }
}

async function runOpening(
  story: readonly StallStep[],
  plan: FaultPlan | null,
): Promise<SweptRun> {
  const { store, stall } = await openAfter(story)
  store.arm(plan)
  let again: Stall | null = null
  for (let repeats = 0; again === null && repeats < REPEATS_MAX; repeats += 1) {
    again = await openStall(createManualHost(store, market)).catch(faultOnly)
  }
  const { calls, failed } = store
  const found = again === null ? 'it does not open' : describeState(again.state)
  return { calls, failed, findings: differences(describeState(stall.state), found, 'the journal') }
}

function differences(expected: string, actual: string, what: string): readonly string[] {
  return expected === actual ? [] : [`${what} is ${actual} instead of ${expected}`]
}

/** An answer without times: a repeated command is answered later. */
function describeAnswer(answer: StallAnswer): string {
  if (answer.status !== 'accepted') return answer.status
  return `${answer.status} ${answer.order.orderId} ${answer.state}`
}

/** What a stall knows, without times. */
function describeState(state: StallState): string {
  const leases = Array.from(state.leases.values(), (lease) => {
    const { leaseId, granted, held, sold, subleased, returned } = lease
    return [leaseId, granted, held, sold, subleased, returned].join(' ')
  })
  const orders = Array.from(state.orders.values(), ({ order, state: orderState, payment }) => {
    return `${order.orderId} ${orderState} ${payment.payKey}`
  })
  const holds = Array.from(state.holds, ([id, { end }]) => `${id} ${JSON.stringify(end)}`)
  const tickets = Array.from(state.tickets, ([id, { end }]) => `${id} ${JSON.stringify(end)}`)
  const { sequence, feedPosition, frozen, active } = state
  return JSON.stringify({
    sequence,
    feedPosition,
    frozen,
    release: active?.number,
    leases,
    orders,
    holds,
    tickets,
    disclaimed: [...state.disclaimed],
    payKeys: [...state.payKeys].toSorted(),
  })
}
