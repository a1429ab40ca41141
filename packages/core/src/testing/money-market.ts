import { generateKeyPairSync, sign } from 'node:crypto'

import {
  assert,
  releaseId,
  type FeedItem,
  type NodeId,
  type OrderState,
  type PaymentMethod,
  type Release,
} from '@nightmarket/kernel'
import { TestJournal, type TestFact } from '@nightmarket/kernel/testing'
import { NoticeRefused, ProcessorFault } from '@nightmarket/payments'
import { startSandbox, type FaultSpec, type SandboxHost } from '@nightmarket/payments/sandbox'

import type { Core } from '../core.ts'
import type { BooksDatabase } from '../database/books-database.ts'
import type { Row } from '../database/books-tables.ts'
import { readFeed } from '../feed/append-feed.ts'
import type { OrderRow } from '../order/order-row.ts'
import type { PaymentRow } from '../payment/payment-row.ts'
import { createPaymentRunner, type PaymentRunner } from '../payment/payment-runner.ts'
import { receiveNotice } from '../payment/receive-notice.ts'
import { captureHeldPayment, requestPayment } from '../payment/request-payment.ts'
import type { RefundRow } from '../refund/refund-row.ts'
import { runReconciliation, type ReconciliationReport } from '../reconcile/run-reconciliation.ts'
import { coreOf, nodeRow, rawKey, releaseOf, WEBHOOK_SECRET } from './money-core.ts'

/** What a node's journal brings of one sale, as far as money is concerned. */
export interface SaleFields {
  readonly orderId?: string
  readonly payKey?: string
  readonly nodeId?: string
  readonly state?: 'deferred' | 'authorized' | 'captured' | 'rescue'
  readonly method?: PaymentMethod
  readonly reference?: string | null
  readonly totalMinor?: number
  readonly buyerId?: string
  readonly quantity?: number
  readonly isContested?: boolean
  /** Its payment came with a hold and is not captured by this order. */
  readonly isHeld?: boolean
}

interface Clock {
  nowMs: number
}

/**
 * A core with its books, a clock that stands still until it is moved, and the real sandbox behind
 * the real Stripe client. Nodes are only rows: what their journals would bring is written directly.
 */
export class MoneyMarket implements AsyncDisposable {
  readonly core: Core
  readonly runner: PaymentRunner
  readonly release: Release
  readonly releaseId: string
  readonly errors: unknown[] = []
  /** Resolves at the next word to a node. */
  rung: Promise<void> = Promise.resolve()
  readonly #sandbox: SandboxHost
  readonly #clock: Clock
  #sales = 0
  #onRing: () => void = () => {}

  private constructor(core: Core, sandbox: SandboxHost, clock: Clock, release: Release) {
    this.core = core
    this.#sandbox = sandbox
    this.#clock = clock
    this.release = release
    this.releaseId = releaseId(release, core.digest)
    this.runner = createPaymentRunner(core, { onError: (error) => this.errors.push(error) })
  }

  static async open(books: BooksDatabase, release: Release = releaseOf()): Promise<MoneyMarket> {
    const clock = { nowMs: Date.UTC(2026, 5, 1, 18) }
    const notices: { deliver: (body: string, signature: string) => Promise<number> } = {
      deliver: async () => 503,
    }
    const sandbox = await startSandbox({
      port: 0,
      nowMs: () => clock.nowMs,
      deliversByItself: false,
      retryDelaysMs: [1_000, 1_000, 1_000],
      endpoints: [{ url: 'http://core.test/notices', secret: WEBHOOK_SECRET }],
      post: (_url, body, headers) => notices.deliver(body, headers['stripe-signature'] ?? ''),
    })
    let ring = () => {}
    const core = coreOf(books, sandbox, clock, () => ring())
    const market = new MoneyMarket(core, sandbox, clock, release)
    ring = () => market.#onRing()
    notices.deliver = (body, signature) => market.#take(body, signature)
    await market.#furnish()
    return market
  }

  /** Make `rung` wait for the next word to a node. */
  awaitRing(): void {
    this.rung = new Promise((resolve) => (this.#onRing = resolve))
  }

  get nowMs(): number {
    return this.#clock.nowMs
  }

  /** Let time pass, minute by minute or at once. */
  travel(ms: number): void {
    this.#clock.nowMs += ms
  }

  /** What `order.accepted` brings: the order and its payment. Returns the order's id. */
  async sell(fields: SaleFields = {}): Promise<string> {
    const sale = this.#saleOf(fields)
    await this.core.books.transact('sell', async (trx) => {
      await trx.insertInto('sale_order').values(sale.order).execute()
      if (fields.isHeld === true) return
      if (sale.order.state === 'authorized') await captureHeldPayment(trx, sale.payKey, this.nowMs)
      else await requestPayment(trx, { ...sale.arrival, captureAtOnce: true, isWallet: false })
    })
    return sale.order.order_id
  }

  /** What `hold.taken` with a payment brings: the payment alone. Returns its pay key. */
  async hold(fields: SaleFields = {}): Promise<string> {
    const { arrival } = this.#saleOf(fields)
    await this.core.books.transact('hold', (trx) =>
      requestPayment(trx, { ...arrival, captureAtOnce: false, isWallet: false }),
    )
    return arrival.payKey
  }

  /** What `payment.requested` brings for an order in rescue. */
  async payAgain(orderId: string, fields: SaleFields = {}): Promise<string> {
    const payKey = fields.payKey ?? `again-${orderId}`
    const { arrival } = this.#saleOf({ ...fields, orderId, payKey })
    await this.core.books.transact('pay again', (trx) =>
      requestPayment(trx, { ...arrival, captureAtOnce: true, isWallet: false }),
    )
    return arrival.payKey
  }

  async order(orderId: string): Promise<OrderRow> {
    const row = await this.core.books.read('order', (trx) =>
      trx.selectFrom('sale_order').selectAll().where('order_id', '=', orderId).executeTakeFirst(),
    )
    assert(row !== undefined, `there is an order ${orderId}`)
    return row as OrderRow
  }

  async stateOf(orderId: string): Promise<OrderState> {
    return (await this.order(orderId)).state
  }

  async payment(payKey: string): Promise<PaymentRow> {
    const row = await this.core.books.read('payment', (trx) =>
      trx.selectFrom('payment').selectAll().where('pay_key', '=', payKey).executeTakeFirst(),
    )
    assert(row !== undefined, `there is a payment ${payKey}`)
    return row as PaymentRow
  }

  async refunds(): Promise<readonly RefundRow[]> {
    const rows = await this.core.books.read('refunds', (trx) =>
      trx
        .selectFrom('refund')
        .selectAll()
        .orderBy('requested_at_ms')
        .orderBy('refund_id')
        .execute(),
    )
    return rows as RefundRow[]
  }

  async mismatches(): Promise<readonly Row<'mismatch'>[]> {
    return this.core.books.read('mismatches', (trx) =>
      trx.selectFrom('mismatch').selectAll().where('closed_at_ms', 'is', null).execute(),
    )
  }

  /** What a node was told, without positions and times. */
  async told(nodeId = 'edge-1'): Promise<readonly string[]> {
    const range = { nodeId: nodeId as NodeId, epoch: 1, after: 0, limit: 1_000 }
    const items = await this.core.books.read('feed', (trx) => readFeed(trx, range))
    return items.map(wordOf)
  }

  /** Put a journal into the books as it is received: entries, mark and the node's checkpoint. */
  async keepJournal(nodeId: string, facts: readonly TestFact[]): Promise<void> {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519')
    const journal = new TestJournal({
      nodeId: nodeId as NodeId,
      epoch: 1,
      digest: this.core.digest,
      sign: (message) => sign(null, message, privateKey).toString('base64'),
    })
    const { entries, checkpoint } = journal.write(facts)
    await this.core.books.transact('keep journal', async (trx) => {
      const place = { node_id: nodeId, epoch: 1, received_at_ms: this.nowMs }
      const rows = entries.map((entry) => ({ ...place, ...entry }))
      if (rows.length > 0) await trx.insertInto('journal').values(rows).execute()
      const mark = { sequence: journal.head.sequence, head_hash: journal.head.hash }
      const signed = { public_key: rawKey(publicKey), checkpoint: JSON.stringify(checkpoint) }
      await trx
        .updateTable('node')
        .set({ ...mark, ...signed })
        .where('node_id', '=', nodeId)
        .execute()
    })
  }

  /** Balances that are not zero, by account. */
  async balances(): Promise<Record<string, number>> {
    const rows = await this.core.books.read('balances', (trx) =>
      trx
        .selectFrom('posting')
        .select(['account', ({ fn }) => fn.sum<number>('amount_minor').as('balance')])
        .groupBy('account')
        .orderBy('account')
        .execute(),
    )
    return Object.fromEntries(
      rows.map((row) => [row.account, Number(row.balance)] as const).filter(([, sum]) => sum !== 0),
    )
  }

  async reconcile(): Promise<ReconciliationReport> {
    return runReconciliation(this.core)
  }

  /** Deliver the webhooks that are due; how many were. */
  deliver(): Promise<number> {
    return this.#sandbox.sandbox.deliverDue()
  }

  /** Switch a fault of the processor on, in the sandbox's own words. */
  async fault(spec: Partial<FaultSpec> & Pick<FaultSpec, 'kind'>): Promise<void> {
    await this.#control('faults', spec)
  }

  async endFaults(): Promise<void> {
    const response = await fetch(`${this.#sandbox.url}/sandbox/faults`, { method: 'DELETE' })
    assert(response.ok, 'faults can be switched off')
  }

  async dispute(chargeId: string): Promise<void> {
    await this.#control('disputes', { payment_intent: chargeId })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#sandbox.close()
  }

  async #control(what: string, body: object): Promise<void> {
    const response = await fetch(`${this.#sandbox.url}/sandbox/${what}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    assert(response.ok, `the sandbox takes ${JSON.stringify(body)}: ${await response.text()}`)
  }

  async #take(body: string, signature: string): Promise<number> {
    try {
      await receiveNotice(this.core, body, signature)
      return 200
    } catch (error) {
      if (error instanceof NoticeRefused) return 400
      if (error instanceof ProcessorFault) return 503
      throw error
    }
  }

  async #furnish(): Promise<void> {
    const content = JSON.stringify(this.release)
    const created_at_ms = this.nowMs
    await this.core.books.transact('furnish', async (trx) => {
      const { releaseId: release_id } = this
      await trx
        .insertInto('release')
        .values({ release_id, show_id: 'show', content, created_at_ms })
        .execute()
      const nodes = ['edge-1', 'edge-2'].map((id) => nodeRow(id, this.nowMs))
      await trx.insertInto('node').values(nodes).execute()
    })
  }

  #saleOf(fields: SaleFields) {
    const sequence = ++this.#sales
    const orderId = fields.orderId ?? `order-${sequence}`
    const payKey = fields.payKey ?? `pay-${orderId}`
    const nodeId = fields.nodeId ?? 'edge-1'
    const { totalMinor = 1_000, method = 'card', isContested = false, quantity = 1 } = fields
    const reference = fields.reference ?? (method === 'card' ? 'pm_card_visa' : null)
    const place = { epoch: 1, sequence }
    const firstState = method === 'cash' ? 'captured' : 'deferred'
    const unitPriceMinor = totalMinor / quantity
    const order = {
      order_id: orderId,
      node_id: nodeId,
      ...place,
      state: isContested ? 'rescue' : (fields.state ?? firstState),
      buyer_id: fields.buyerId ?? `buyer-${sequence}`,
      drop_id: 'drop',
      release_id: this.releaseId,
      release_number: 1,
      lines: JSON.stringify([{ variantId: 'mug', quantity, unitPriceMinor }]),
      allocations: '[]',
      total_minor: totalMinor,
      currency: 'EUR',
      method,
      pay_key: payKey,
      accepted_at_ms: this.nowMs,
      seen_at_ms: this.nowMs,
      deadline_at_ms: isContested ? this.nowMs + this.release.terms.rescueMs : null,
      is_contested: isContested ? 1 : 0,
    }
    const arrival = {
      payKey,
      orderId,
      nodeId,
      ...place,
      method,
      reference,
      amountMinor: totalMinor,
      currency: 'EUR',
      isContested,
      nowMs: this.nowMs,
    }
    return { order, arrival, payKey }
  }
}

function wordOf(item: FeedItem): string {
  if (item.type === 'payment.settled') return `${item.body.outcome} ${item.body.orderId}`
  if (item.type === 'order.moved') return `${item.body.move} ${item.body.orderId}`
  return item.type
}
