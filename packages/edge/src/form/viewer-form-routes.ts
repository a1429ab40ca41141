import { verifyReceipt, type OrderId, type VariantId } from '@nightmarket/kernel'
import {
  outcomeOf,
  privacyPage,
  readReceipt,
  verifyPage,
  type VerifyOutcome,
} from '@nightmarket/ui'
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
      return showVerify(c, deps, text, check(readReceipt(text), deps))
    })
}

function showPrivacy(c: Context, deps: PageDeps): Response {
  const site = siteOf(c, deps)
  return answerPage(c, deps.parts, drawPage(site, privacyPage(site, consentOf(c))))
}

function showVerify(c: Context, deps: PageDeps, text: string, outcome: VerifyOutcome): Response {
  const site = siteOf(c, deps)
  const variants = deps.stall.state.active?.index.variants ?? new Map()
  const titles = Object.fromEntries([...variants].map(([id, { title }]) => [id, title]))
  const facts = { marketPublicKey: deps.parts.marketPublicKey, titles }
  // Nobody is paid here: a payment processor's scripts have no business on this page.
  const parts = { ...deps.parts, payments: { kind: 'sandbox' } as const }
  return answerPage(c, parts, drawPage(site, verifyPage(site, text, outcome, facts)))
}

function check(receipt: unknown, { stall, digest, parts }: PageDeps): VerifyOutcome {
  const verified = verifyReceipt(receipt, parts.marketPublicKey, { digest, verify: parts.verify })
  return outcomeOf(verified, (variantId) => titleOf(stall.state, variantId as VariantId))
}
