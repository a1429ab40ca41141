import type { BuyerId, PayKey, StallAnswer, TipId } from '@nightmarket/kernel'
import { walletPage } from '@nightmarket/ui'
import { Hono, type Context } from 'hono'

import { CARD_NUMBER } from '../contract/order-schema.ts'
import { answerPage } from '../page/page-answer.ts'
import { answerTrouble } from '../page/page-routes.ts'
import { drawPage, siteOf } from '../page/page-site.ts'
import { walletIdOf } from '../wallet/wallet-key.ts'
import { readWallet } from '../wallet/wallet-view.ts'
import type { FormDeps } from './buy-form-routes.ts'
import { readForm } from './read-form.ts'
import { refusalText } from './refusal-words.ts'
import { consentOf, ensureBuyer, keepWalletKey, walletKeyOf } from './viewer-cookies.ts'

/**
 * An amount that a viewer keeps ready: asked for, spent from with one tap, ended. Plain forms, with
 * a script and without one; the script adds Stripe's form, and looks again while the bank is asked.
 *
 * - [WF1] The page holds the ids: sending it twice is one wallet, one tip, one order.
 * - [WF2] The wallet is its device's: the secret is in a cookie that no script reads, and journals
 *   and receipts have its hash.
 * - [WF3] Nothing is set aside before the viewer agreed to just that amount.
 */
export function walletFormRoutes(deps: FormDeps): Hono {
  return new Hono()
    .get('/wallet', (c) => show(c, deps, null))
    .post('/wallet', async (c) => {
      const form = await readForm(c)
      if (form === null) return answerTrouble(c, deps, 'missing', 403)
      if (form.get('do') === 'again') {
        keepWalletKey(c, deps.newId())
        return c.redirect('/wallet', 303)
      }
      const walletKey = walletKeyOf(c)
      if (walletKey === null) return c.redirect('/wallet', 303)
      const code = await act(deps, form, { walletKey, buyerId: ensureBuyer(c, deps.newId) })
      return code === null ? c.redirect('/wallet', 303) : show(c, deps, code)
    })
}

function show(c: Context, deps: FormDeps, code: string | null): Response {
  const walletKey = walletKeyOf(c)
  if (walletKey === null) keepWalletKey(c, deps.newId())
  const facts = readWallet(deps, {
    walletId: walletKey === null ? null : walletIdOf(walletKey, deps.digest),
    buyerId: ensureBuyer(c, deps.newId),
    hasConsent: consentOf(c) === true,
  })
  if (facts === null) return answerTrouble(c, deps, 'missing', 404)
  const site = siteOf(c, deps)
  const trouble = code === null ? null : refusalText(site, code)
  const page = drawPage(site, walletPage(site, { ...facts, trouble }))
  return answerPage(c, deps.parts, page, code === null ? 200 : 409)
}

/** Do what a form asks for; the code of a refusal, or `null`. */
async function act(
  deps: FormDeps,
  form: URLSearchParams,
  { walletKey, buyerId }: { readonly walletKey: string; readonly buyerId: BuyerId },
): Promise<string | null> {
  const { stall, digest } = deps
  const names = { walletId: walletIdOf(walletKey, digest), buyerId }
  const amountMinor = Number(form.get('amountMinor'))
  const isAmount = Number.isSafeInteger(amountMinor) && amountMinor > 0
  switch (form.get('do') ?? '') {
    case 'open': {
      const payment = readCard(form)
      if (payment === null || !isAmount || form.get('agrees') !== 'yes') return 'invalid_request'
      return codeOf(await stall.run({ type: 'open_wallet', ...names, amountMinor, payment }))
    }
    case 'tip': {
      const tipId = form.get('tipId') ?? ''
      if (!isClientId(tipId) || !isAmount) return 'invalid_request'
      const tip = { tipId: tipId as TipId, amountMinor, ...names }
      return codeOf(await stall.run({ type: 'give_tip', ...tip }))
    }
    case 'close':
      return codeOf(await stall.run({ type: 'close_wallet', ...names }))
    case 'buy':
      return buy(deps, form, walletKey)
    default:
      return 'invalid_request'
  }
}

/** A purchase goes the way of every order. */
async function buy(
  { buy: route }: FormDeps,
  form: URLSearchParams,
  walletKey: string,
): Promise<string | null> {
  const answer = await route.handle({
    body: JSON.stringify({
      orderId: form.get('orderId') ?? '',
      token: form.get('token') ?? '',
      lines: [{ variantId: form.get('variantId') ?? '', quantity: 1 }],
      payment: { payKey: form.get('payKey') ?? '', method: 'wallet', walletKey },
    }),
    header: () => null,
  })
  if (answer.status < 300) return null
  const { code } = JSON.parse(answer.body) as { readonly code: string }
  return code
}

function readCard(form: URLSearchParams) {
  const [payKey, reference] = [form.get('payKey') ?? '', form.get('reference') ?? '']
  const isReference = /^[\x21-\x7e]{1,255}$/.test(reference) && !CARD_NUMBER.test(reference)
  if (!isClientId(payKey) || !isReference) return null
  return { payKey: payKey as PayKey, method: 'card', reference } as const
}

function isClientId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,119}$/.test(text)
}

function codeOf(answer: StallAnswer): string | null {
  return answer.status === 'rejected' ? answer.rejection.code : null
}
