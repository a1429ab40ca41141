import { deepEqual, equal, ok } from 'node:assert/strict'

import { verifyBuyerPass, type BuyerPass } from '@nightmarket/kernel'
import { BUYER_PATHS } from '@nightmarket/sync'
import { SoftPasskey } from '@nightmarket/sync/testing'

import type { BooksDatabase } from '../database/books-database.ts'
import type { BooksCase } from '../testing/books-suites.ts'
import { openFieldApp, refused, type FieldApp, type FieldEdge } from '../testing/field-app.ts'
import { MoneyMarket } from '../testing/money-market.ts'
import { CHALLENGE_MS } from './passkey-challenge.ts'

const ORIGIN = 'https://north.example'

/** Buyers who are remembered, on either engine, with the real sandbox keeping their cards. */
export const passkeySuite: readonly BooksCase[] = [
  {
    title: '[BU3, BU4, BU6] a buyer is remembered, and the method pays again under a random name',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { app, edge, orderId } = await openShop(market)
      const passkey = new SoftPasskey(ORIGIN)
      const pass = await remember(edge, orderId, passkey)
      const { publicKey: marketPublicKey } = market.core.marketKey
      const by = { marketPublicKey, verify: market.core.verify, nowMs: market.nowMs }
      ok(verifyBuyerPass(pass, by).ok)
      deepEqual([pass.label, pass.credentialId], ['Visa ·· 4242', passkey.credentialId])
      equal(pass.publicKey, passkey.publicKey)
      const again = await market.sell({ nodeId: edge.node.nodeId, reference: pass.methodId })
      await market.runner.runDue()
      equal(await market.stateOf(again), 'captured')
      const [kept] = await customersOf(books)
      equal(JSON.stringify(kept).includes(orderId), false)
      deepEqual(app.wakes, [])
    },
  },
  {
    title: '[BU2] a challenge is good once, in time, for its order, edge and origin',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { app, edge, orderId } = await openShop(market)
      const other = await app.enrol('south')
      const passkey = new SoftPasskey(ORIGIN)
      const answerOf = async () => passkey.register(await challenge(edge, orderId))
      const no = [403, 'passkey_refused']
      const send = async (from: FieldEdge, response: object, more: object = {}) => {
        const body = { orderId, origin: ORIGIN, reference: 'pm_card_visa', response, ...more }
        return refusedOr(await from.ask(BUYER_PATHS.remember, body))
      }
      deepEqual(await send(other, await answerOf()), no)
      deepEqual(await send(edge, await answerOf(), { origin: 'https://south.example' }), no)
      const second = await market.sell({ nodeId: edge.node.nodeId })
      deepEqual(await send(edge, await answerOf(), { orderId: second }), no)
      const unverified = passkey.register(await challenge(edge, orderId), { isUnverified: true })
      deepEqual(await send(edge, unverified), no)
      const elsewhere = { origin: 'https://evil.example' }
      deepEqual(await send(edge, passkey.register(await challenge(edge, orderId), elsewhere)), no)
      const late = await answerOf()
      market.travel(CHALLENGE_MS)
      deepEqual(await send(edge, late), no)
      const once = await answerOf()
      equal(await send(edge, once), null)
      deepEqual(await send(edge, once), no)
    },
  },
  {
    title: '[BU2] only the edge that sold an order may ask, and only where passkeys can be',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { app, edge, orderId } = await openShop(market)
      const other = await app.enrol('south')
      const ask = async (from: FieldEdge, origin: string) =>
        refusedOr(await from.ask(BUYER_PATHS.passkey, { orderId, origin }))
      deepEqual(await ask(other, ORIGIN), [404, 'order_unknown'])
      const unfit = ['http://north.example', 'https://10.0.0.7', 'https://n.example/x', 'x']
      for (const origin of unfit) {
        deepEqual(await ask(edge, origin), [422, 'passkey_origin_unfit'], origin)
      }
      equal(await ask(edge, 'http://localhost:8080'), null)
    },
  },
  {
    title: '[BU3] a device that lost its pass gets a new one for its passkey, another gets none',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { edge, orderId } = await openShop(market)
      const passkey = new SoftPasskey(ORIGIN)
      const pass = await remember(edge, orderId, passkey)
      const recognise = async (of: SoftPasskey, challenged?: string) => {
        const asked = await edge.ask(BUYER_PATHS.challenge, { origin: ORIGIN })
        const fresh = (await asked.json()) as { challenge: string }
        const response = of.assert(challenged ?? fresh.challenge)
        return edge.ask(BUYER_PATHS.recognise, { origin: ORIGIN, response })
      }
      const renewed = (await (await recognise(passkey)).json()) as BuyerPass
      deepEqual([renewed.methodId, renewed.label], [pass.methodId, pass.label])
      const no = [403, 'passkey_refused']
      deepEqual(await refused(await recognise(new SoftPasskey(ORIGIN))), no)
      deepEqual(await refused(await recognise(passkey, 'bm90aGluZw')), no)
    },
  },
  {
    title: '[BU5] who is forgotten pays no more, here and at the processor',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { edge, orderId } = await openShop(market)
      const passkey = new SoftPasskey(ORIGIN)
      const pass = await remember(edge, orderId, passkey)
      const forget = (of: object) => edge.ask(BUYER_PATHS.forget, { pass: of })
      const forged = { ...pass, methodId: 'stored.another' }
      deepEqual(await refused(await forget(forged)), [403, 'pass_refused'])
      equal((await forget(pass)).status, 200)
      equal((await forget(pass)).status, 200)
      const late = await market.sell({ nodeId: edge.node.nodeId, reference: pass.methodId })
      await market.runner.runDue()
      equal(await market.stateOf(late), 'rescue')
      deepEqual(await customersOf(books), [])
    },
  },
  {
    title: '[BU3] a card that cannot be kept remembers nobody',
    async run(books) {
      await using market = await MoneyMarket.open(books)
      const { edge, orderId } = await openShop(market)
      const passkey = new SoftPasskey(ORIGIN)
      const response = passkey.register(await challenge(edge, orderId))
      const reference = 'pm_card_chargeDeclined'
      const body = { orderId, origin: ORIGIN, reference, response }
      const answer = await edge.ask(BUYER_PATHS.remember, body)
      deepEqual(await refused(answer), [422, 'method_declined'])
    },
  },
]

function customersOf(books: BooksDatabase) {
  return books.read('all', (trx) => trx.selectFrom('customer').selectAll().execute())
}

async function openShop(market: MoneyMarket) {
  const app: FieldApp = await openFieldApp(market.core)
  const edge = await app.enrol('north')
  const orderId = await market.sell({ nodeId: edge.node.nodeId })
  return { app, edge, orderId }
}

async function challenge(edge: FieldEdge, orderId: string): Promise<string> {
  const asked = await edge.ask(BUYER_PATHS.passkey, { orderId, origin: ORIGIN })
  return ((await asked.json()) as { challenge: string }).challenge
}

async function remember(
  edge: FieldEdge,
  orderId: string,
  passkey: SoftPasskey,
): Promise<BuyerPass> {
  const response = passkey.register(await challenge(edge, orderId))
  const body = { orderId, origin: ORIGIN, reference: 'pm_card_visa', response }
  const answer = await edge.ask(BUYER_PATHS.remember, body)
  equal(answer.status, 200, await answer.clone().text())
  return (await answer.json()) as BuyerPass
}

async function refusedOr(answer: Response) {
  return answer.ok ? null : refused(answer)
}
