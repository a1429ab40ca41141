import {
  assert,
  ok,
  type BuyerId,
  type Receipt,
  type Result,
  type StallAnswer,
  type StallCommand,
} from '@nightmarket/kernel'
import {
  jsonAnswer,
  parseJson,
  type BorderRejection,
  type TextAnswer,
  type TextRequest,
} from '@nightmarket/http'
import { BODY_BYTES_MAX, type TextRoute } from '@nightmarket/http'

import { checkTap } from '../buyer/check-tap.ts'
import { orderRequest, type OrderRequest } from '../contract/order-schema.ts'
import { BUYER_HEADER, type EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS, type EdgeCode, type EdgeRejection } from '../edge-problem.ts'
import type { TokenDesk, TokenRejection } from '../offer/offer-token.ts'
import { viewPending } from './order-view.ts'
import { hashRequest, readLines, readPayment } from './read-wish.ts'
import { createReceiptWriter } from './receipt-text.ts'

type Refused = EdgeRejection | TokenRejection | BorderRejection

type Buying = Extract<StallCommand, { readonly type: 'place_order' | 'buy_hold' }>

/** What a tap on "buy" needs. */
export type BuyDeps = Pick<
  EdgeDeps,
  'stall' | 'digest' | 'hashVoucher' | 'isOperator' | 'stage' | 'now'
> & {
  readonly tokens: TokenDesk
}

/**
 * `POST /v1/orders`: the path of every sale, from the body's text to the answer's.
 *
 * Parse once, check the token's HMAC, ask the stall, and splice the receipt from texts that are
 * JSON already.
 */
export function createBuyRoute(deps: BuyDeps): TextRoute {
  const writeReceipt = createReceiptWriter()
  async function handle(request: TextRequest): Promise<TextAnswer> {
    const parsed = parseJson(request.body, orderRequest)
    if (!parsed.ok) return refuse(parsed.error)
    const command = readCommand(parsed.value, request, deps)
    if (!command.ok) return refuse(command.error)
    const proven = await proveTap(parsed.value, command.value, deps)
    if (!proven.ok) return refuse(proven.error)
    const answer = await deps.stall.run(command.value)
    if (answer.status !== 'accepted') return answerPending(answer)
    const receipt = await deps.stall.receipt(command.value.orderId)
    assert(receipt !== null, 'an accepted order has its receipt')
    return answerAccepted(answer, receipt, writeReceipt)
  }
  return { method: 'POST', path: '/v1/orders', bodyBytesMax: BODY_BYTES_MAX, handle }
}

/** Only a kept method has a tap to prove: every other payment goes on at once. */
function proveTap({ payment: { proof } }: OrderRequest, command: Buying, deps: BuyDeps) {
  const { orderId, payment } = command
  return checkTap({ payment, proof }, { orderId, amountMinor: amountOf(command, deps) }, deps)
}

/** What is bought comes to, by the token or by the hold. What has no price is refused anyway. */
function amountOf(command: Buying, { stall }: BuyDeps): number {
  if (command.type === 'buy_hold') {
    return stall.state.holds.get(command.holdId)?.hold.totalMinor ?? 0
  }
  const { token, lines } = command.wish
  const priceOf = (variantId: string) =>
    token.prices.find((price) => price.variantId === variantId)?.unitPriceMinor ?? 0
  return lines.reduce((sum, line) => sum + line.quantity * priceOf(line.variantId), 0)
}

function readCommand(
  request: OrderRequest,
  { header }: TextRequest,
  deps: BuyDeps,
): Result<Buying, Refused> {
  const { orderId, holdId } = request
  const key = header('idempotency-key')
  if (key !== null && unquote(key) !== orderId) {
    return { ok: false, error: { code: 'idempotency_key_mismatch', orderId } }
  }
  const payment = readPayment(request.payment, header('authorization'), deps)
  if (!payment.ok) return payment
  if (holdId !== undefined) {
    const buyerId = header(BUYER_HEADER) as BuyerId | null
    if (buyerId === null) return { ok: false, error: { code: 'buyer_unproven' } }
    const parts = { holdId, tokenId: null, lines: [], payment: payment.value }
    const requestHash = hashRequest(parts, deps.digest)
    return ok({ type: 'buy_hold', orderId, holdId, buyerId, requestHash, payment: payment.value })
  }
  const token = deps.tokens.open(request.token ?? '')
  if (!token.ok) return token
  const lines = readLines(request, token.value)
  if (!lines.ok) return lines
  const parts = {
    holdId: null,
    tokenId: token.value.tokenId,
    lines: lines.value,
    payment: payment.value,
  }
  const requestHash = hashRequest(parts, deps.digest)
  const wish = { token: token.value, lines: lines.value, requestHash }
  return ok({ type: 'place_order', orderId, wish, payment: payment.value })
}

/** `Idempotency-Key` is a quoted string by its draft standard; many send it bare. */
function unquote(value: string): string {
  return value.startsWith('"') && value.endsWith('"') ? value.slice(1, -1) : value
}

function answerAccepted(
  answer: Extract<StallAnswer, { readonly status: 'accepted' }>,
  receipt: Receipt,
  writeReceipt: (receipt: Receipt) => string,
): TextAnswer {
  const { order, state, sequence } = answer
  const body =
    `{"status":"accepted","orderId":"${order.orderId}","state":"${state}"` +
    `,"sequence":${sequence},"receipt":${writeReceipt(receipt)}}`
  return jsonAnswer(201, body, NO_STORE)
}

/** Not sold yet, or refused. */
export function answerPending(answer: StallAnswer): TextAnswer {
  if (answer.status === 'rejected') return refuse(answer.rejection)
  const status = PENDING_STATUS[answer.status]
  return jsonAnswer(status, JSON.stringify(viewPending(answer)), NO_STORE)
}

const NO_STORE: Readonly<Record<string, string>> = { 'Cache-Control': 'no-store' }

const PENDING_STATUS = {
  accepted: 201,
  paying: 202,
  waiting: 202,
  held: 201,
  hold_ended: 200,
  ticket_ended: 200,
  wallet: 200,
  done: 200,
} as const satisfies Record<Exclude<StallAnswer['status'], 'rejected'>, number>

/** A refusal with the headers that its kind has. */
export function refuse(
  refusal: { readonly code: EdgeCode | BorderRejection['code'] } & object,
): TextAnswer {
  return EDGE_PROBLEMS.answer(refusal, REFUSAL_HEADERS[refusal.code])
}

const REFUSAL_HEADERS: Readonly<Partial<Record<string, Readonly<Record<string, string>>>>> = {
  not_selling: { 'Retry-After': '1' },
  unauthorized: { 'WWW-Authenticate': 'Bearer' },
}
