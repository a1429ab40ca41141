import type { AppliedRelease, DropId, VariantId } from '@nightmarket/kernel'
import type { TextRoute } from '@nightmarket/http'
import { buyPage, type StageSite } from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { decideOffers, type OfferDesk } from '../offer/decide-offers.ts'
import { answerPage } from '../page/page-answer.ts'
import { answerTrouble } from '../page/page-routes.ts'
import { drawPage, dropOf, showOf, siteOf, type PageDeps } from '../page/page-site.ts'
import { readPaymentInput } from './payment-input.ts'
import { readForm } from './read-form.ts'
import { refusalText } from './refusal-words.ts'
import { consentOf, ensureBuyer } from './viewer-cookies.ts'

/** What the forms need beside what pages are drawn from. */
export type FormDeps = PageDeps & { readonly desk: OfferDesk; readonly buy: TextRoute }

interface Shown {
  readonly active: AppliedRelease
  readonly dropId: DropId
  readonly variantId: VariantId
  readonly desk: OfferDesk
}

/**
 * Buying without JavaScript.
 *
 * - [PF1] The page that asks holds the order id and the pay key: sending it twice is one order.
 * - [PF2] A form is taken from our own pages only.
 * - [PF3] What is sent goes the way of every order; a refusal comes back as the page with the
 *   reason, and a fresh promise under the same order id.
 */
export function buyFormRoutes(deps: FormDeps): Hono {
  const { stall, desk, buy } = deps
  const show = (c: Context, names: Pick<Shown, 'dropId' | 'variantId'>, again: Again | null) => {
    const { active } = stall.state
    const isListed = active?.index.drops.get(names.dropId)?.listings.has(names.variantId) === true
    if (!active || !isListed) return answerTrouble(c, deps, 'missing', 404)
    return showForm(c, deps, { active, desk, ...names }, again)
  }
  return new Hono()
    .get('/buy/:dropId/:variantId', (c) => {
      const { dropId, variantId } = c.req.param()
      return show(c, { dropId: dropId as DropId, variantId: variantId as VariantId }, null)
    })
    .post('/buy', async (c) => {
      const form = await readForm(c)
      if (form === null) return answerTrouble(c, deps, 'missing', 403)
      const [orderId, variantId] = [form.get('orderId') ?? '', form.get('variantId') ?? '']
      const answer = await buy.handle({
        body: JSON.stringify({
          orderId,
          token: form.get('token') ?? '',
          lines: [{ variantId, quantity: 1 }],
          payment: readPaymentInput(form),
        }),
        header: () => null,
      })
      if (answer.status < 300) return c.redirect(`/orders/${encodeURIComponent(orderId)}`, 303)
      const { code } = JSON.parse(answer.body) as { readonly code: string }
      const names = {
        dropId: (form.get('dropId') ?? '') as DropId,
        variantId: variantId as VariantId,
      }
      return show(c, names, { orderId, payKey: form.get('payKey') ?? '', code })
    })
}

/** A form that came back: the same ids, and why. */
interface Again {
  readonly orderId: string
  readonly payKey: string
  readonly code: string
}

/** Refusals after which the ids that were sent are of no more use. */
const SPENT_CODES = new Set(['invalid_request', 'idempotency_key_reused', 'pay_key_reused'])

function showForm(
  c: Context,
  deps: FormDeps,
  { active, dropId, variantId, desk }: Shown,
  again: Again | null,
): Response {
  const { stall, now, newId, parts } = deps
  const site = siteOf(c, deps)
  const drop = active.index.drops.get(dropId)
  const buyerId = ensureBuyer(c, newId)
  const hasConsent = consentOf(c)
  const decided = decideOffers(
    active,
    {
      buyerId,
      hasConsent: hasConsent === true,
      dropId,
      variantIds: [variantId],
      moment: now(),
      dwellMs: 0,
    },
    desk,
  )
  const view = drop === undefined ? null : dropOf(stall.state, active, drop, now())
  const listing = view?.listings.find((each) => each.variantId === variantId)
  const [offer] = decided.ok ? decided.value.offers : []
  if (view === null || listing === undefined || !decided.ok || offer === undefined) {
    return answerTrouble(c, deps, 'notSelling', 409)
  }
  const keeps = again !== null && !SPENT_CODES.has(again.code)
  const page = buyPage(site, showOf(active), view, listing, {
    orderId: keeps ? again.orderId : newId(),
    payKey: keeps ? again.payKey : newId(),
    offer: { ...offer, expiresAtMs: decided.value.expiresAtMs },
    hasConsent,
    trouble: again === null ? null : troubleText(site, again.code),
  })
  return answerPage(c, parts, drawPage(site, page), again === null ? 200 : 409)
}

function troubleText(site: StageSite, code: string): string {
  const isPromise = code.startsWith('token_') || code === 'release_not_honoured'
  return isPromise ? site.words.priceTitle : refusalText(site, code)
}
