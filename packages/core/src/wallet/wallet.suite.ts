import { deepEqual, equal, ok } from 'node:assert/strict'

import type { BuyerId, OrderId, PartyId, PayKey, TipId, WalletId } from '@nightmarket/kernel'
import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import { createStripeProcessor } from '@nightmarket/payments'
import { startSandbox } from '@nightmarket/payments/sandbox'

import { auditBooks } from '../audit/audit-books.ts'
import { readBalances } from '../ledger/balances.ts'
import { refundOrder } from '../order/order-action.ts'
import { createPaymentRunner } from '../payment/payment-runner.ts'
import { listReleases } from '../release/activate-release.ts'
import { runReconciliation } from '../reconcile/run-reconciliation.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { FieldMarket, valueOf } from '../testing/field-market.ts'
import type { FieldNode } from '../testing/field-node.ts'
import { closeSilentWallet } from './settle-wallet.ts'

const DAY = 24 * 3_600_000
const TERMS = { amountMinor: 2_000, tipsMinor: [100, 500], purchaseMinorMax: 1_250 }
const KEYS = { secretKey: 'sk_test_wallets', webhookSecret: 'whsec_wallets' }

type Books = Parameters<BooksCase['run']>[0]

/** A market with wallets, an edge on it, and the real client on the real sandbox. */
async function openMarket(books: Books) {
  const clock = { nowMs: (): number => EVENING.startMs }
  const sandbox = await startSandbox({ port: 0, nowMs: () => clock.nowMs() })
  const now = () => clock.nowMs()
  const processor = createStripeProcessor({ ...KEYS, baseUrl: sandbox.url, now })
  const split = [
    { partyId: 'creator' as PartyId, basisPoints: 7_000 },
    { partyId: 'coop' as PartyId, basisPoints: 3_000 },
  ]
  const release = { ...releaseOfEvening({ terms: { wallet: TERMS } }), split }
  const market = await FieldMarket.open(books, { release, processor })
  clock.nowMs = () => market.nowMs
  const edge = await market.enrol('edge')
  await edge.sync()
  const runner = createPaymentRunner(market.core, {
    onError: (error) => {
      throw error
    },
  })
  /** Let node, core and processor come to rest. */
  const settle = async () => {
    for (let round = 0; round < 4; round++) {
      await edge.sync()
      await runner.runDue()
    }
    await edge.sync()
  }
  const close = () => sandbox.close()
  return { market, edge, settle, processor, core: market.core, [Symbol.asyncDispose]: close }
}

function ask(edge: FieldNode, id = 'w1', reference = 'pm_card_visa') {
  const names = { walletId: id as WalletId, buyerId: 'ann' as BuyerId }
  const payment = { payKey: `pay-${id}` as PayKey, method: 'card', reference } as const
  return edge.run({ type: 'open_wallet', ...names, amountMinor: 2_000, payment })
}

function tip(edge: FieldNode, tipId: string, amountMinor = 500) {
  const names = { walletId: 'w1' as WalletId, buyerId: 'ann' as BuyerId, tipId: tipId as TipId }
  const answer = edge.run({ type: 'give_tip', ...names, amountMinor })
  equal(answer.status, 'wallet')
}

/** The same with a wallet that the processor has set aside. */
async function openWithWallet(books: Books) {
  const place = await openMarket(books)
  ask(place.edge)
  await place.settle()
  return place
}

/** A mug at 12.50 out of the wallet. */
function buy(edge: FieldNode, orderId: string) {
  const token = edge.token(orderId, { buyerId: 'ann' })
  const lines = [{ variantId: EVENING.mug, quantity: 1 }]
  const wish = { token, lines, requestHash: edge.hashOf(orderId) }
  const payment = { payKey: `pay-${orderId}` as PayKey, method: 'wallet', reference: 'w1' } as const
  const answer = edge.run({ type: 'place_order', orderId: orderId as OrderId, wish, payment })
  equal(answer.status, 'accepted')
}

function closeWallet(edge: FieldNode) {
  edge.run({ type: 'close_wallet', walletId: 'w1' as WalletId, buyerId: 'ann' as BuyerId })
}

async function wallet(market: FieldMarket) {
  const [row] = await market.rows('wallet')
  ok(row !== undefined)
  return row
}

async function charge({ processor, market }: Awaited<ReturnType<typeof openMarket>>) {
  const payments = await market.rows('payment')
  const chargeId = payments.find((row) => row.is_wallet === 1)?.charge_id ?? ''
  const { state, capturedMinor, refundedMinor } = await processor.read(chargeId)
  return { state, capturedMinor, refundedMinor }
}

async function balances(market: FieldMarket): Promise<Record<string, number>> {
  const rows = await readBalances(market.core)
  const found = rows.filter((row) => row.balanceMinor !== 0)
  return Object.fromEntries(found.map((row) => [row.account, Number(row.balanceMinor)]))
}

/** What no test of these leaves: books that do not add up. */
async function assertSound({ core, market }: Awaited<ReturnType<typeof openMarket>>) {
  for await (const check of auditBooks(core)) {
    deepEqual([check.id, check.violations], [check.id, []])
  }
  deepEqual(await market.violations(), [])
}

/** Wallets on either engine, against the real sandbox. */
export const walletSuite: readonly BooksCase[] = [
  {
    title: '[WL1, WL2, WL3, LB3] what was drawn is captured once, and the rest is let go',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle } = place
      equal((await wallet(market)).state, 'open')
      tip(edge, 't1')
      tip(edge, 't2', 100)
      buy(edge, 'o1')
      await settle()
      deepEqual(await balances(market), {
        'asset:wallet': 1_850,
        'liability:party:coop': -555,
        'liability:party:creator': -1_295,
      })
      equal((await market.order('o1')).state, 'captured')
      deepEqual((await listReleases(market.core)).map(({ tipsMinor }) => tipsMinor), [600])
      deepEqual(await charge(place), { state: 'authorized', capturedMinor: 0, refundedMinor: 0 })
      closeWallet(edge)
      await settle()
      const { state, drawn_minor, spent_minor } = await wallet(market)
      deepEqual([state, drawn_minor, spent_minor], ['settled', 1_850, 1_850])
      deepEqual(await charge(place), { state: 'captured', capturedMinor: 1_850, refundedMinor: 0 })
      const { 'asset:processor:stripe': atProcessor, ...rest } = await balances(market)
      equal(Number(atProcessor) + Number(rest['expense:processor-fee']), 1_850)
      equal(rest['asset:wallet'], undefined)
      await runReconciliation(market.core)
      deepEqual(await market.complaints(), [])
      await assertSound(place)
    },
  },
  {
    title: '[WL3] a wallet that nothing was drawn from is let go whole',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle } = place
      closeWallet(edge)
      await settle()
      deepEqual(await charge(place), { state: 'voided', capturedMinor: 0, refundedMinor: 0 })
      equal((await wallet(market)).state, 'settled')
      deepEqual(await balances(market), {})
      await assertSound(place)
    },
  },
  {
    title: '[WL1] a card that sets nothing aside opens no wallet; another amount asks nobody',
    async run(books) {
      await using place = await openMarket(books)
      const { market, edge, settle } = place
      ask(edge, 'w1', 'pm_card_chargeDeclined')
      await settle()
      equal((await wallet(market)).state, 'refused')
      equal(edge.state.wallets.get('w1' as WalletId)?.state, 'refused')
      const honest = edge.lastBody('wallet.asked') as { payment: object }
      const payment = { ...honest.payment, amountMinor: 99_999, payKey: 'forged' }
      edge.forge('wallet.asked', { ...honest, walletId: 'w2', payment })
      edge.forge('wallet.asked', { ...honest, walletId: 'w3' })
      await edge.exchange()
      equal((await market.rows('wallet')).length, 1)
      equal((await market.rows('payment')).length, 1)
      const refused = ['pay_key_reused', 'wallet_not_offered']
      deepEqual(await market.complaints(), refused.map((reason) => `poisoned_entry: ${reason}`))
    },
  },
  {
    title: '[WL2] a node cannot overdraw, nor draw from another node’s wallet',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge } = place
      edge.forge('tip.given', { tipId: 'x1', walletId: 'w1', amountMinor: 2_001 })
      edge.forge('tip.given', { tipId: 'x2', walletId: 'w1', amountMinor: 2_000 })
      edge.forge('tip.given', { tipId: 'x2', walletId: 'w1', amountMinor: 0 })
      await edge.exchange()
      const other = await market.enrol('other')
      await other.sync()
      other.forge('tip.given', { tipId: 'y1', walletId: 'w1', amountMinor: 100 })
      await other.exchange()
      equal((await wallet(market)).drawn_minor, 2_000)
      deepEqual((await market.rows('tip')).map((row) => row.tip_id), ['x2'])
      const refused = 'poisoned_entry: wallet_overdrawn'
      deepEqual(await market.complaints(), [refused, refused, refused])
      await assertSound(place)
    },
  },
  {
    title: '[WL2, I9] an entry sent again draws nothing again, and an overdraft goes to rescue',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle } = place
      tip(edge, 't1')
      buy(edge, 'o1')
      const request = edge.request()
      await edge.exchange(request)
      await edge.exchange(request)
      await settle()
      equal((await wallet(market)).drawn_minor, 1_750)
      const order = edge.lastBody('order.accepted') as { payment: object }
      const payment = { ...order.payment, payKey: 'forged' }
      const forged = { ...order, orderId: 'o2', tokenId: 'forged', payment }
      edge.forge('order.accepted', forged)
      await edge.exchange()
      await createPaymentRunner(market.core).runDue()
      equal((await market.order('o2')).state, 'rescue')
      equal((await wallet(market)).drawn_minor, 1_750)
      await assertSound(place)
    },
  },
  {
    title: '[WL4, WL6] a node that falls silent is captured as far as it was heard',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle, core } = place
      tip(edge, 't1')
      await settle()
      tip(edge, 't2')
      market.travel(4 * DAY)
      const runner = createPaymentRunner(core)
      for (let round = 0; round < 3; round++) await runner.runDue()
      deepEqual(await charge(place), { state: 'captured', capturedMinor: 500, refundedMinor: 0 })
      await edge.exchange()
      deepEqual(await market.complaints(), ['poisoned_entry: wallet_overdrawn'])
      equal((await wallet(market)).drawn_minor, 500)
      await assertSound(place)
    },
  },
  {
    title: '[WL4] a wallet that was settled since it was found due stays settled',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle, core } = place
      tip(edge, 't1')
      closeWallet(edge)
      await settle()
      equal((await wallet(market)).state, 'settled')
      await closeSilentWallet(core, 'w1')
      equal((await wallet(market)).state, 'settled')
      await assertSound(place)
    },
  },
  {
    title: '[WL6] a hold that the processor let go of is the market’s loss, and is shown',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle, processor } = place
      tip(edge, 't1')
      await settle()
      const payments = await market.rows('payment')
      const held = payments.find((row) => row.is_wallet === 1)
      await processor.void(held?.charge_id ?? '', 'pay-w1' as PayKey)
      closeWallet(edge)
      await settle()
      equal((await wallet(market)).state, 'lost')
      equal((await balances(market))['expense:loss'], 500)
      await runReconciliation(market.core)
      const kinds = (await market.rows('mismatch')).map((row) => row.kind)
      deepEqual(kinds, ['amount_differs'])
      await assertSound(place)
    },
  },
  {
    title: '[WL5] what a wallet bought is refunded out of its charge, once that was captured',
    async run(books) {
      await using place = await openWithWallet(books)
      const { market, edge, settle, core } = place
      tip(edge, 't1')
      buy(edge, 'o1')
      await settle()
      valueOf(await refundOrder(core, 'o1' as OrderId, { reason: 'broken' }))
      await settle()
      equal((await market.order('o1')).state, 'refund_due')
      closeWallet(edge)
      market.travel(120_000)
      await settle()
      market.travel(120_000)
      await settle()
      equal((await market.order('o1')).state, 'refunded')
      deepEqual(await charge(place), {
        state: 'captured',
        capturedMinor: 1_750,
        refundedMinor: 1_250,
      })
      const { 'liability:party:creator': creator, 'liability:party:coop': coop } =
        await balances(market)
      deepEqual([creator, coop], [-350, -150])
      await assertSound(place)
    },
  },
]
