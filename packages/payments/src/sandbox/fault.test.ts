import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { RefundId } from '@nightmarket/kernel'

import { faultFrom, requestOf } from '../contract/processor.ts'
import { openWorld, type SandboxWorld } from '../testing.ts'
import { throwDice } from './fault.ts'

let world: SandboxWorld
before(async () => {
  world = await openWorld()
})
after(() => world[Symbol.asyncDispose]())
beforeEach(() => world.pull('POST', '/sandbox/reset'))

function cause(fault: object): Promise<Record<string, unknown>> {
  return world.pull('POST', '/sandbox/faults', fault)
}

async function statesOf(count: number): Promise<string[]> {
  const states: string[] = []
  for (let index = 0; index < count; index += 1) {
    states.push((await world.processor.authorize(requestOf(world))).state)
  }
  return states
}

test('[SB9] decline: the next n, then no more', async () => {
  await cause({ kind: 'decline', count: 2, declineCode: 'do_not_honor' })
  const charge = await world.processor.authorize(requestOf(world))
  deepEqual([charge.state, charge.declineCode], ['declined', 'do_not_honor'])
  deepEqual(await statesOf(2), ['declined', 'authorized'])
})

test('[SB9] decline: one payment method only', async () => {
  await cause({ kind: 'decline', forMs: 60_000, paymentMethod: 'pm_card_amex' })
  deepEqual(await statesOf(1), ['authorized'])
  const request = requestOf(world, { reference: 'pm_card_amex' })
  equal((await world.processor.authorize(request)).state, 'declined')
})

test('[SB9] decline: at a rate, the same for the same seed', async () => {
  const runs: string[][] = []
  for (let run = 0; run < 2; run += 1) {
    await world.pull('DELETE', '/sandbox/faults')
    await cause({ kind: 'decline', probability: 0.5, seed: 7 })
    runs.push(await statesOf(24))
  }
  deepEqual(runs[0], runs[1])
  deepEqual(new Set(runs[0]), new Set(['authorized', 'declined']))
})

test('[SB9] the dice are fair and differ by seed', () => {
  const draws = Array.from({ length: 10_000 }, (_, draw) => throwDice(3, draw))
  ok(draws.every((value) => value >= 0 && value < 1))
  const low = draws.filter((value) => value < 0.1).length
  ok(low > 800 && low < 1_200, `${low} of 10,000 below 0.1`)
  ok(draws.some((value, draw) => value !== throwDice(4, draw)))
})

test('[SB9] a fault ends with its time, and without a bound it is refused', async () => {
  await cause({ kind: 'decline', forMs: 1_000 })
  deepEqual(await statesOf(1), ['declined'])
  world.advance(1_000)
  deepEqual(await statesOf(1), ['authorized'])
  ok('error' in (await cause({ kind: 'decline' })))
  ok('error' in (await cause({ kind: 'weather', count: 1 })))
  const { faults } = await world.pull('GET', '/sandbox/faults')
  deepEqual((faults as { active: boolean }[]).map(({ active }) => active), [false])
})

test('[SB9] timeout without effect: nothing happened, and the key is free', async () => {
  const request = requestOf(world)
  const held = world.held()
  await cause({ kind: 'timeout', effect: false, count: 1 })
  const [fault] = await Promise.all([faultFrom(world.hasty.authorize(request)), held])
  equal(fault.code, 'timeout')
  equal(await world.processor.lookup(request.payKey), null)
  equal((await world.processor.authorize(request)).state, 'authorized')
})

test('[SB9] timeout with effect: a capture and a refund happened without an answer', async () => {
  const request = requestOf(world)
  const { chargeId } = await world.processor.authorize(request)
  await cause({ kind: 'timeout', effect: true, count: 1, on: ['capture'] })
  const captured = world.held()
  const capture = faultFrom(world.hasty.capture(chargeId, request.payKey))
  equal((await Promise.all([capture, captured]))[0].code, 'timeout')
  equal((await world.processor.read(chargeId)).state, 'captured')
  await cause({ kind: 'timeout', effect: true, count: 1, on: ['refund'] })
  const refund = { refundId: world.freshId() as RefundId, chargeId, amountMinor: 500 }
  const refunded = world.held()
  equal((await Promise.all([faultFrom(world.hasty.refund(refund)), refunded]))[0].code, 'timeout')
  equal((await world.processor.refund(refund)).state, 'succeeded')
  equal((await world.processor.read(chargeId)).refundedMinor, 500)
})

test('[SB9] latency: the answer comes, later', async () => {
  const held = world.held()
  await cause({ kind: 'latency', delayMs: 5, count: 1, on: ['create'] })
  const call = world.processor.authorize(requestOf(world))
  await held
  equal((await call).state, 'authorized')
})

test('[SB9] outage: 503 and dropped connections are unavailable, and nothing happens', async () => {
  for (const mode of ['unavailable', 'dropped']) {
    const request = requestOf(world)
    await cause({ kind: 'outage', mode, forMs: 1_000 })
    equal((await faultFrom(world.processor.authorize(request))).code, 'unavailable', mode)
    world.advance(1_000)
    equal(await world.processor.lookup(request.payKey), null, mode)
    equal((await world.processor.authorize(request)).state, 'authorized', mode)
  }
})

test('[SB9] one dropped connection is repeated by the sdk: still one charge', async () => {
  await world.passSecond()
  const sinceMs = world.nowMs()
  await cause({ kind: 'outage', mode: 'dropped', count: 1 })
  const { chargeId } = await world.processor.authorize(requestOf(world))
  const charges: string[] = []
  for await (const charge of world.processor.list(sinceMs)) charges.push(charge.chargeId)
  deepEqual(charges, [chargeId])
})

test('[SB9] list lag: a new charge can be read, and shows in lists after its time', async () => {
  await cause({ kind: 'list_lag', delayMs: 5_000, count: 1 })
  const request = requestOf(world)
  const { chargeId } = await world.processor.authorize(request)
  equal((await world.processor.read(chargeId)).chargeId, chargeId)
  equal(await world.processor.lookup(request.payKey), null)
  world.advance(5_000)
  equal((await world.processor.lookup(request.payKey))?.chargeId, chargeId)
})

test('[SB9] refund failure: at once, or after having been pending', async () => {
  const { chargeId } = await world.processor.authorize(requestOf(world, { capture: true }))
  const refund = () => ({ refundId: world.freshId() as RefundId, chargeId, amountMinor: 1_250 })
  await cause({ kind: 'refund_failure', count: 1 })
  equal((await world.processor.refund(refund())).state, 'failed')
  equal((await world.processor.read(chargeId)).refundedMinor, 0)
  await cause({ kind: 'refund_failure', count: 1, delayMs: 1_000 })
  const second = refund()
  equal((await world.processor.refund(second)).state, 'pending')
  world.advance(1_000)
  equal(await world.deliverDue(), 1)
  equal((await world.processor.refund(second)).state, 'failed')
  equal((await world.processor.refund(refund())).state, 'succeeded')
})
