import { deepEqual, equal, ok } from 'node:assert/strict'
import { after, test } from 'node:test'

import { requestOf } from '../contract/processor.ts'
import type { KeepAnswer, KeptMethod } from '../method-vault.ts'
import { openWorld } from '../testing.ts'
import { createStripeVault } from './stripe-vault.ts'

const world = await openWorld()
after(() => world[Symbol.asyncDispose]())
const vault = createStripeVault({ secretKey: 'sk_test_nightmarket', baseUrl: world.url })

function keep(reference: string, keepKey = world.freshId()): Promise<KeepAnswer> {
  return vault.keep({ keepKey, reference })
}

async function kept(reference = 'pm_card_visa'): Promise<KeptMethod> {
  const answer = await keep(reference)
  ok(answer.state === 'kept')
  return answer.method
}

function charge(method: Partial<KeptMethod>) {
  const { methodId: reference = '', customerId } = method
  const of = customerId === undefined ? {} : { customerId }
  return world.processor.authorize(requestOf(world, { reference, capture: true, ...of }))
}

test('[MV1] the same key keeps one method, which pays again and again', async () => {
  const keepKey = world.freshId()
  const first = await keep('pm_card_mastercard', keepKey)
  deepEqual(await keep('pm_card_mastercard', keepKey), first)
  ok(first.state === 'kept')
  equal(first.method.label, 'Mastercard ·· 4444')
  for (let count = 0; count < 2; count += 1) {
    equal((await charge(first.method)).state, 'captured')
  }
})

test('[MV2] a card that declines, or wants its bank each time, is not kept', async () => {
  deepEqual(await keep('pm_card_chargeDeclinedInsufficientFunds'), {
    state: 'declined',
    declineCode: 'insufficient_funds',
  })
  const challenge = { state: 'declined', declineCode: 'authentication_required' }
  deepEqual(await keep('pm_card_authenticationRequired'), challenge)
  equal((await keep('pm_nonsense')).state, 'declined')
})

test('[MV3] only its customer pays with it, and nobody once it was dropped', async () => {
  const [mine, theirs] = [await kept(), await kept()]
  equal((await charge({ methodId: mine.methodId })).declineCode, 'reference_invalid')
  const stolen = await charge({ ...mine, customerId: theirs.customerId })
  equal(stolen.declineCode, 'reference_invalid')
  await vault.drop(mine)
  await vault.drop(mine)
  equal((await charge(mine)).declineCode, 'reference_invalid')
  equal((await charge(theirs)).state, 'captured')
})
