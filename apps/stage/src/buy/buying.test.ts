import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { TakenUnits } from './taken-units.ts'
import { nextStep, type Standing, type Wish } from './wish.ts'

const WISH: Wish = {
  orderId: 'o1',
  buyerId: 'ann',
  edgeUrl: 'http://edge',
  dropId: 'mugs',
  variantId: 'mug',
  title: 'Mug',
  quantity: 1,
  unitPriceMinor: 950,
  currency: 'EUR',
  payment: { payKey: 'p1', method: 'card', reference: 'pm_card_visa' },
  hasConsent: false,
  token: 't',
  wasSent: false,
  createdAtMs: 0,
  standing: { is: 'queued' },
  receipt: null,
  rescue: null,
}

function at(standing: Standing, more: Partial<Wish> = {}): Wish {
  return { ...WISH, ...more, standing }
}

test('[BS1] a tap takes a unit at once, a refusal gives it back, a sale keeps it', () => {
  const changes: string[] = []
  const taken = new TakenUnits((thing) => changes.push(thing))
  const left = (unitsHere: number) => taken.leftOf('mugs', 'mug', unitsHere)
  taken.follow(at({ is: 'queued' }), 5)
  taken.follow(at({ is: 'asked', holdId: null }), 5)
  deepEqual([left(5), left(4), left(2), taken.leftOf('mugs', 'cup', 5)], [4, 4, 2, 5])
  taken.follow(at({ is: 'asked', holdId: null }, { orderId: 'o2' }), 4)
  equal(left(5), 3)
  taken.follow(at({ is: 'refused', code: 'sold_out' }, { orderId: 'o2' }), 4)
  equal(left(5), 4)
  taken.follow(at({ is: 'ordered', state: 'deferred' }), 5)
  equal(left(5), 4)
  deepEqual(changes, ['mugs mug', 'mugs mug', 'mugs mug'])
})

test('[BS1] what the stall has none of is not taken', () => {
  const taken = new TakenUnits(() => {})
  taken.follow(at({ is: 'queued' }), null)
  equal(taken.leftOf('mugs', 'mug', 1), 1)
})

test('[BS2] an order in rescue is told its time, then waits for its buyer and for news', () => {
  const rescue = (more: Partial<Wish>) =>
    nextStep(at({ is: 'ordered', state: 'rescue' }, { receipt: {}, ...more })).do
  const aid = { cause: 'payment', rescueUntilMs: 1, voucher: null } as const
  const payment = { ...WISH.payment, payKey: 'p2' }
  equal(rescue({}), 'aid')
  equal(rescue({ aid }), 'look')
  equal(rescue({ aid, rescue: { payment, wasSent: false } }), 'pay_again')
  equal(rescue({ aid, rescue: { payment, wasSent: true } }), 'look')
})

test('[BS2] a released order asks once for its voucher, and rests', () => {
  const aid = { cause: 'units', rescueUntilMs: 1, voucher: null } as const
  const released = (more: Partial<Wish>) =>
    nextStep(at({ is: 'ordered', state: 'released' }, { receipt: {}, ...more })).do
  deepEqual(
    [released({}), released({ aid }), released({ aid: { ...aid, rescueUntilMs: null } })],
    ['aid', 'aid', 'rest'],
  )
})
