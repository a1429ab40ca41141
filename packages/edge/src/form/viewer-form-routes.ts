import { verifyReceipt, type OrderId } from '@nightmarket/kernel'
import { privacyPage, verifyPage, type VerifyOutcome } from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { answerPage } from '../page/page-answer.ts'
import { answerTrouble } from '../page/page-routes.ts'
import { drawPage, siteOf, titleOf, type PageDeps } from '../page/page-site.ts'
import { readForm } from './read-form.ts'
import { buyerOf, consentOf, keepConsent } from './viewer-cookies.ts'

/**
 * The viewer's answer about personal offers, and the verifier.
 *
 * - [PF5] Consent is kept on the viewer's device, and withdrawn as easily as it was given.
 * - [PF6] Anybody checks any receipt; what is pasted is shown as text, and kept nowhere.
 */
export function viewerFormRoutes(deps: PageDeps): Hono {
  const { stall } = deps
  return new Hono()
    .get('/privacy', (c) => showPrivacy(c, deps))
    .post('/privacy', async (c) => {
      const form = await readForm(c)
      if (form === null) return answerTrouble(c, deps, 'missing', 403)
      keepConsent(c, form.get('personalOffers') === 'yes')
      const next = form.get('next') ?? '/'
      return c.redirect(/^\/[\w~.:%-][\w~.:%/-]*$/.test(next) ? next : '/', 303)
    })
    .get('/receipt', async (c) => {
      const orderId = (c.req.query('order') ?? '') as OrderId
      const record = stall.state.orders.get(orderId)
      const isOwn = record !== undefined && record.order.buyerId === buyerOf(c)
      const receipt = isOwn ? await stall.receipt(orderId) : null
      if (receipt === null) return showVerify(c, deps, '', { is: 'unasked' })
      return showVerify(c, deps, JSON.stringify(receipt), check(receipt, deps))
    })
    .post('/receipt', async (c) => {
      const form = await readForm(c)
      if (form === null) return answerTrouble(c, deps, 'missing', 403)
      const text = form.get('receipt') ?? ''
      return showVerify(c, deps, text, check(parse(text), deps))
    })
}

function showPrivacy(c: Context, deps: PageDeps): Response {
  const site = siteOf(c, deps)
  return answerPage(c, deps.parts, drawPage(site, privacyPage(site, consentOf(c))))
}

function showVerify(c: Context, deps: PageDeps, text: string, outcome: VerifyOutcome): Response {
  const site = siteOf(c, deps)
  return answerPage(c, deps.parts, drawPage(site, verifyPage(site, text, outcome)))
}

function check(receipt: unknown, { stall, digest, parts }: PageDeps): VerifyOutcome {
  const { marketPublicKey, verify } = parts
  const verified = verifyReceipt(receipt, marketPublicKey, { digest, verify })
  if (!verified.ok) return { is: 'refused', code: verified.error.code }
  const { order, entry, nodeId, checkpoint } = verified.value
  const lines = order.lines.map((line) => ({
    ...line,
    title: titleOf(stall.state, line.variantId),
  }))
  const slip = {
    orderId: order.orderId,
    lines,
    totalMinor: order.totalMinor,
    nodeId,
    acceptedAtMs: entry.atMs,
    leafIndex: entry.sequence - 1,
    treeSize: checkpoint.size,
  }
  return { is: 'genuine', slip }
}

/** A receipt alone, or the whole answer that an edge gave to an order. */
function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    const isAnswer = typeof value === 'object' && value !== null && 'receipt' in value
    return isAnswer ? value.receipt : value
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
