import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { FeedItem, OrderId, PaymentOutcome } from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'

import { openEveningEdge, type EveningEdge } from '../testing/evening-edge.ts'
import { fieldsOf, PageVisitor } from '../testing/page-visitor.ts'

const TERMS = { amountMinor: 2_000, tipsMinor: [100, 500], purchaseMinorMax: 1_250 }

async function openWallet() {
  const release = releaseOfEvening({ terms: { wallet: TERMS } })
  const edge = await openEveningEdge({ units: 3, hasStage: true, release })
  const ann = new PageVisitor(edge)
  const { text } = await ann.open('/wallet')
  const fields = { ...fieldsOf(text), reference: 'pm_card_visa', agrees: 'yes', do: 'open' }
  return { edge, ann, fields }
}

/** What the core would say of the one wallet. */
async function settle({ stall }: EveningEdge, outcome: PaymentOutcome): Promise<void> {
  const [record] = stall.state.wallets.values()
  ok(record !== undefined)
  const { walletId, payment } = record.wallet
  const body = { orderId: walletId as string as OrderId, payKey: payment.payKey, outcome }
  const place = { position: stall.state.feedPosition + 1, atMs: stall.state.lastAtMs }
  const item: FeedItem = { type: 'payment.settled', body, ...place }
  await stall.run({ type: 'apply_feed', items: [item], parentTimeMs: place.atMs })
}

test('[WF1, WF3] an amount is set aside once, and only for who agreed to it', async () => {
  const { edge, ann, fields } = await openWallet()
  await using _ = edge
  const { agrees: _no, ...silent } = fields
  equal((await ann.send('/wallet', silent)).status, 409)
  equal((await ann.send('/wallet', { ...fields, reference: '4242424242424242' })).status, 409)
  equal((await ann.send('/wallet', fields, { origin: 'https://evil.example' })).status, 403)
  equal(edge.stall.state.wallets.size, 0)
  deepEqual([await send(ann, fields), await send(ann, fields)], [303, 303])
  equal(edge.stall.state.wallets.size, 1)
  match((await ann.open('/wallet')).text, /data-wallet="asked"/)
  await settle(edge, 'authorized')
  const { text } = await ann.open('/wallet')
  match(text, /data-wallet="open"/)
  match(text, /data-left="2000"/)
})

test('[WF1] a tip sent twice is one tip, and a small thing is bought with one tap', async () => {
  const { edge, ann, fields } = await openWallet()
  await using _ = edge
  await send(ann, fields)
  await settle(edge, 'authorized')
  const { text } = await ann.open('/wallet')
  const tipId = /name="tipId" value="([^"]+)"/.exec(text)?.[1] ?? ''
  const tip = { do: 'tip', tipId, amountMinor: '500' }
  deepEqual([await send(ann, tip), await send(ann, tip)], [303, 303])
  match((await ann.open('/wallet')).text, /data-left="1500"/)
  const thing = { ...fieldsOf(formWith(text, 'orderId')), do: 'buy' }
  deepEqual([await send(ann, thing), await send(ann, thing)], [303, 303])
  const page = (await ann.open('/wallet')).text
  match(page, /data-left="250"/)
  equal(edge.stall.state.orders.size, 1)
  match(page, /\/orders\//)
  equal(/name="amountMinor" value="500"/.test(page), false)
  equal((await ann.send('/wallet', { ...tip, tipId: 'fresh' })).status, 409)
})

test('[WF2] a wallet is its device’s: who reads its receipts cannot spend from it', async () => {
  const { edge, ann, fields } = await openWallet()
  await using _ = edge
  await send(ann, fields)
  await settle(edge, 'authorized')
  const thing = { ...fieldsOf(formWith((await ann.open('/wallet')).text, 'orderId')), do: 'buy' }
  await send(ann, thing)
  const [record] = edge.stall.state.wallets.values()
  const [order] = edge.stall.state.orders.values()
  equal(order?.payment.reference, record?.wallet.walletId)
  const told = { walletId: String(record?.wallet.walletId), buyer: String(record?.wallet.buyerId) }
  const cookie = `nightmarket-wallet=${told.walletId}; nightmarket-buyer=${told.buyer}`
  const text = await (await edge.request('/wallet', { headers: { cookie } })).text()
  match(text, /data-wallet="none"/)
  ok(!JSON.stringify([...edge.stall.state.wallets.values()]).includes('nightmarket-wallet/1'))
})

test('[WF1] what is left is given back and said so, and another may follow', async () => {
  const { edge, ann, fields } = await openWallet()
  await using _ = edge
  await send(ann, fields)
  await settle(edge, 'authorized')
  await send(ann, { do: 'tip', tipId: 't1', amountMinor: '100' })
  await send(ann, { do: 'close' })
  const closed = (await ann.open('/wallet')).text
  match(closed, /€1\.00; €19\.00 is given back/)
  await send(ann, { do: 'again' })
  match((await ann.open('/wallet')).text, /data-wallet="none"/)
})

test('[WF3] a show without wallets has no page for one', async () => {
  await using edge = await openEveningEdge({ units: 1, hasStage: true })
  const ann = new PageVisitor(edge)
  equal((await ann.open('/wallet')).status, 404)
  ok(!(await ann.open('/')).text.includes('/wallet'))
})

async function send(visitor: PageVisitor, fields: Readonly<Record<string, string>>) {
  return (await visitor.send('/wallet', fields)).status
}

/** The form that has a field of this name. */
function formWith(text: string, name: string): string {
  const forms = text.split('<form').slice(1)
  return forms.find((form) => form.includes(`name="${name}"`)) ?? ''
}
