import type { HoldId, OrderId, TicketId } from '@nightmarket/kernel'
import { CACHE } from '@nightmarket/http'
import { orderPage, type OrderFacts, type OrderStage, type SlipFacts } from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { readAid } from '../buyer/read-aid.ts'
import type { AskCore } from '../buyer/ask-core.ts'
import { createReceiptWriter } from '../order/receipt-text.ts'
import { findOrder, viewPending, type Standing } from '../order/order-view.ts'
import { answerPage } from '../page/page-answer.ts'
import { answerTrouble } from '../page/page-routes.ts'
import { drawPage, siteOf, titleOf, type PageDeps } from '../page/page-site.ts'
import type { FormDeps } from './buy-form-routes.ts'
import { readForm } from './read-form.ts'
import { readPaymentInput } from './payment-input.ts'
import { refusalText } from './refusal-words.ts'
import { buyerOf } from './viewer-cookies.ts'

/** Asks the interface as a page's script would. */
export type AskInterface = (request: {
  readonly path: string
  readonly body: object
  readonly buyerId: string
}) => Promise<{ readonly status: number; readonly code: string | null }>

type OrderFormDeps = FormDeps & { readonly ask: AskInterface; readonly askCore: AskCore }

/**
 * One order, for its buyer: how it stands, what to do next, the receipt.
 *
 * - [PF4] Somebody without the buyer's id sees what is not there.
 */
export function orderFormRoutes(deps: OrderFormDeps): Hono {
  const { stall, ask } = deps
  const own = (c: Context): (Standing & { readonly orderId: OrderId }) | null => {
    const orderId = (c.req.param('orderId') ?? '') as OrderId
    const standing = findOrder(stall.state, orderId)
    return standing !== null && standing.buyerId === buyerOf(c) ? { ...standing, orderId } : null
  }
  const act = async (
    c: Context,
    work: (
      form: URLSearchParams,
      found: { orderId: OrderId; buyerId: string },
    ) => Promise<string | null>,
  ) => {
    const form = await readForm(c)
    const found = own(c)
    if (form === null || found === null) return answerTrouble(c, deps, 'missing', 403)
    const code = await work(form, found)
    if (code === null) return c.redirect(`/orders/${encodeURIComponent(found.orderId)}`, 303)
    return showOrder(c, deps, found.orderId, code)
  }
  const missing = (c: Context) => answerTrouble(c, deps, 'missing', 404)
  return new Hono()
    .get('/orders/:orderId', (c) => {
      const found = own(c)
      return found === null ? missing(c) : showOrder(c, deps, found.orderId, null)
    })
    .get('/orders/:orderId/receipt.json', async (c) => {
      const found = own(c)
      const receipt = found === null ? null : await stall.receipt(found.orderId)
      if (found === null || receipt === null) return missing(c)
      return new Response(createReceiptWriter()(receipt), {
        headers: {
          'Content-Type': 'application/json',
          'Content-Disposition': `attachment; filename="receipt-${found.orderId}.json"`,
          'Cache-Control': CACHE.never,
        },
      })
    })
    .post('/orders/:orderId/hold', (c) =>
      act(c, async (form, { orderId, buyerId }) => {
        const holdId = orderId as string as HoldId
        if (form.get('do') === 'release') {
          await stall.run({ type: 'release_hold', holdId, buyerId: buyerId as never })
          return null
        }
        const body = { orderId, holdId, payment: readPaymentInput(form) }
        const answer = await ask({ path: '/v1/orders', body, buyerId })
        return answer.code
      }),
    )
    .post('/orders/:orderId/line', (c) =>
      act(c, async (_, { orderId, buyerId }) => {
        const ticketId = orderId as string as TicketId
        await stall.run({ type: 'leave_line', ticketId, buyerId: buyerId as never })
        return null
      }),
    )
    .post('/orders/:orderId/payment', (c) =>
      act(c, async (form, { orderId, buyerId }) => {
        const body = { payment: readPaymentInput(form) }
        const path = `/v1/orders/${encodeURIComponent(orderId)}/payment`
        return (await ask({ path, body, buyerId })).code
      }),
    )
}

async function showOrder(
  c: Context,
  deps: OrderFormDeps,
  orderId: OrderId,
  trouble: string | null,
): Promise<Response> {
  const standing = findOrder(deps.stall.state, orderId)
  if (standing === null) return answerTrouble(c, deps, 'missing', 404)
  const site = siteOf(c, deps)
  const pending = standing.record === null ? viewPending(standing.answer) : null
  const stage = stageOf(standing)
  const isTroubled = stage === 'rescue' || stage === 'released'
  const facts: OrderFacts = {
    orderId,
    stage,
    aid: isTroubled ? await readAid(deps.askCore, orderId, c.req.raw.signal) : null,
    position: pending?.status === 'waiting' ? pending.position : null,
    expiresAtMs: pending?.status === 'held' ? pending.expiresAtMs : null,
    receipt: await readSlip(deps, orderId),
    clipPath: deps.parts.clips?.pageOfOrder(orderId) ?? null,
    payKey: deps.newId(),
    trouble: trouble === null ? null : refusalText(site, trouble),
  }
  const text = drawPage(site, orderPage(site, facts))
  return answerPage(c, deps.parts, text, trouble === null ? 200 : 409)
}

/** What stands on the slip; the proof itself is in the file. */
async function readSlip(deps: PageDeps, orderId: OrderId): Promise<SlipFacts | null> {
  const { stall } = deps
  const record = stall.state.orders.get(orderId)
  const receipt = record === undefined ? null : await stall.receipt(orderId)
  if (record === undefined || receipt === null) return null
  const { lines, totalMinor } = record.order
  const { atMs } = JSON.parse(receipt.entry) as { readonly atMs: number }
  return {
    orderId,
    lines: lines.map((line) => ({ ...line, title: titleOf(stall.state, line.variantId) })),
    totalMinor,
    nodeId: receipt.certificate.nodeId,
    acceptedAtMs: atMs,
    leafIndex: receipt.leafIndex,
    treeSize: receipt.checkpoint.size,
  }
}

function stageOf({ answer, record }: Standing): OrderStage {
  if (answer.status === 'accepted') {
    const { state } = answer
    if (state === 'captured' || state === 'authorized') return 'accepted'
    if (state === 'accepted') return 'deferred'
    return state === 'rescue' && record?.isBeingPaid === true ? 'paying' : state
  }
  if (answer.status === 'hold_ended') return answer.reason === 'declined' ? 'declined' : 'expired'
  if (answer.status === 'ticket_ended') return answer.reason === 'left' ? 'left' : 'line_over'
  if (answer.status === 'waiting' || answer.status === 'held') return answer.status
  return 'paying'
}
