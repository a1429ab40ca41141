import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assert, parseId, type RefundId, type Result } from '@nightmarket/kernel'

import { faultFrom, processorContract, requestOf } from '../contract/processor.ts'
import { NoticeRefused } from '../processor.ts'
import { openWorld, type SandboxWorld } from '../testing.ts'

let world: SandboxWorld
before(async () => {
  world = await openWorld()
})
after(() => world[Symbol.asyncDispose]())

for (const { rule, name, run } of processorContract) {
  test(`[${rule}] ${name} (stripe sdk, sandbox)`, () => run(world))
}

test('[PR14] the fee is what was booked, and nothing before the capture', async () => {
  const request = requestOf(world, { amountMinor: 10_000 })
  const charge = await world.processor.authorize(request)
  equal(charge.feeMinor, 0)
  equal((await world.processor.capture(charge.chargeId, request.payKey)).feeMinor, 175)
})

test('[PR15] a wrong secret key is a misconfiguration', async () => {
  const stranger = world.processorWith({ secretKey: 'sk_test_other' })
  equal((await faultFrom(stranger.authorize(requestOf(world)))).code, 'misconfigured')
})

test('[PR15] nobody listening is unavailable', async () => {
  const gone = await openWorld()
  await gone[Symbol.asyncDispose]()
  equal((await faultFrom(gone.processor.authorize(requestOf(world)))).code, 'unavailable')
})

test('[PR15] too many requests is rate_limited, and the same key works afterwards', async () => {
  const request = requestOf(world)
  await world.pull('POST', '/sandbox/faults', { kind: 'rate_limit', count: 1 })
  equal((await faultFrom(world.processor.authorize(request))).code, 'rate_limited')
  equal((await world.processor.authorize(request)).state, 'authorized')
})

test('[PR15] a key whose first request still runs is unavailable, not reused', async () => {
  const request = requestOf(world)
  const fault = { kind: 'latency', delayMs: 60_000, count: 1 }
  await world.pull('POST', '/sandbox/faults', fault)
  const held = world.held()
  const first = faultFrom(world.hasty.authorize(request))
  await held
  const second = await faultFrom(world.processor.authorize(request))
  deepEqual([second.code, second.reason], ['unavailable', null])
  equal((await first).code, 'timeout')
})

test('[PR15] a charge that does not exist is a conflict', async () => {
  const fault = await faultFrom(world.processor.read('pi_nothing'))
  deepEqual([fault.code, fault.reason], ['conflict', 'charge_unknown'])
})

test('[PR20] a pay key that looks like a derived one is in nobody’s way', async () => {
  for (const end of ['capture', 'void'] as const) {
    const request = requestOf(world)
    for (const sign of [':', '~', '-', '.', '_']) {
      const payKey = valueOf(parseId<'pay-key'>(`${request.payKey}${sign}${end}`))
      await world.processor.authorize(requestOf(world, { payKey }))
    }
    const { chargeId } = await world.processor.authorize(request)
    const ended = await world.processor[end](chargeId, request.payKey)
    equal(ended.state, end === 'capture' ? 'captured' : 'voided')
  }
})

test('[PR20] a pay key that looks like a refund’s id is not in its way', async () => {
  const request = requestOf(world, { capture: true })
  const { chargeId, amountMinor } = await world.processor.authorize(request)
  const refundId = `rf:${chargeId}:1` as RefundId
  const payKey = valueOf(parseId<'pay-key'>(refundId))
  await world.processor.authorize(requestOf(world, { payKey }))
  const refund = await world.processor.refund({ refundId, chargeId, amountMinor })
  equal(refund.state, 'succeeded')
})

test('[PR16] a method that does not exist declines the order', async () => {
  const request = requestOf(world, { reference: 'pm_invented' })
  const charge = await world.processor.authorize(request)
  deepEqual([charge.state, charge.declineCode], ['declined', 'reference_invalid'])
  equal(charge.chargeId, `none:${request.payKey}`)
})

test('[PR16] an amount below the processor’s least declines the order', async () => {
  const charge = await world.processor.authorize(requestOf(world, { amountMinor: 49 }))
  deepEqual([charge.state, charge.declineCode], ['declined', 'amount_too_small'])
})

test('[PR17] a currency that Stripe counts otherwise is refused before it is sent', async () => {
  const fault = await faultFrom(world.processor.authorize(requestOf(world, { currency: 'ISK' })))
  equal(fault.code, 'misconfigured')
})

test('[PR3] lookup finds a charge that search does not show yet, by listing', async () => {
  const request = requestOf(world)
  await world.processor.authorize(request)
  // Search is a list operation here: the first one fails, the listing after it does not.
  await world.pull('POST', '/sandbox/faults', { kind: 'outage', count: 1, on: ['list'] })
  equal((await world.processor.lookup(request.payKey))?.payKey, request.payKey)
})

test('[PR4] a refund is found again after its key was forgotten', async () => {
  const { chargeId } = await world.processor.authorize(requestOf(world, { capture: true }))
  const refund = { refundId: world.freshId() as RefundId, chargeId, amountMinor: 200 }
  const first = await world.processor.refund(refund)
  world.advance(25 * 60 * 60 * 1_000)
  deepEqual(await world.processor.refund(refund), first)
  equal((await world.processor.read(chargeId)).refundedMinor, 200)
})

test('[PR5] an event about no charge is refused as unrelated', async () => {
  const body = JSON.stringify({ id: 'evt_2', type: 'payout.paid', data: { object: {} } })
  const signature = await world.signNotice(body, world.nowMs())
  try {
    world.processor.parseNotice(body, signature)
  } catch (error) {
    ok(error instanceof NoticeRefused)
    return equal(error.reason, 'unrelated')
  }
  throw new Error('expected a refusal')
})

test('[PR10] a dispute that was won no longer counts', async () => {
  const { chargeId } = await world.processor.authorize(requestOf(world, { capture: true }))
  const dispute = await world.pull('POST', '/sandbox/disputes', { payment_intent: chargeId })
  equal((await world.processor.read(chargeId)).disputedMinor, 1_250)
  await world.pull('POST', `/sandbox/disputes/${String(dispute['id'])}`, { status: 'won' })
  equal((await world.processor.read(chargeId)).disputedMinor, 0)
})

function valueOf<T>(result: Result<T, unknown>): T {
  assert(result.ok, 'the processor is only asked with ids')
  return result.value
}
