import type { BuyerPass } from '@nightmarket/kernel'
import { say } from '@nightmarket/ui'
import {
  startRegistration,
  type PublicKeyCredentialCreationOptionsJSON,
} from '@simplewebauthn/browser'

import { openPaymentForm, type PaymentForm } from '../buy/payment-form.ts'
import type { Wish } from '../buy/wish.ts'
import { askEdge } from '../edge/ask-edge.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { keepPass } from './pass.ts'

/** Offer the buyer of an order to be remembered: what is kept where, the card, the passkey. */
export function openRememberSheet(facts: PageFacts, wish: Wish, onKept: () => void): void {
  const { words } = facts
  const card = openPaymentForm(facts, { kind: 'keep' })
  const says = element('p', { class: 'remember-says', role: 'status' })
  const button = element('button', { class: 'buy', type: 'submit' }, words.rememberDo)
  const submit = (event: Event) => {
    event.preventDefault()
    button.disabled = true
    says.textContent = ''
    void remember(wish, card).then((outcome) => {
      button.disabled = false
      if (typeof outcome === 'string') {
        says.textContent = words[outcome]
        return
      }
      keepPass(outcome)
      const text = say(words.rememberedText, { label: outcome.label })
      form.replaceWith(element('p', { class: 'remember-done', role: 'status' }, text))
      onKept()
    })
  }
  const form = element('form', { class: 'pay', submit }, card.element, says, button)
  const close = () => sheet.close()
  const closer = { class: 'sheet-close', type: 'button', 'aria-label': words.close, click: close }
  const sheet = element(
    'dialog',
    { class: 'sheet', 'aria-labelledby': 'remember-title', close: () => sheet.remove() },
    element('button', closer, '×'),
    element('h2', { id: 'remember-title' }, words.rememberTitle),
    element('p', { class: 'remember-text' }, words.rememberText),
    form,
  )
  document.body.append(sheet)
  sheet.showModal()
}

type Refusal = 'rememberRefused' | 'rememberDeclined' | 'rememberAway'

async function remember(
  { orderId, buyerId }: Wish,
  form: PaymentForm,
): Promise<BuyerPass | Refusal> {
  const ask = <Body>(path: string, body: object) =>
    askEdge<Body>(location.origin, { method: 'POST', path, body, buyerId, timeoutMs: 20_000 })
  const path = '/v1/passkeys/options'
  const options = await ask<PublicKeyCredentialCreationOptionsJSON>(path, { orderId })
  if (options === null || options.status >= 500) return 'rememberAway'
  if (options.status !== 200) return 'rememberRefused'
  const response = await startRegistration({ optionsJSON: options.body }).catch(() => null)
  const card = response === null ? null : await form.read('')
  if (response === null || card?.method !== 'card') return 'rememberRefused'
  const { reference } = card
  const kept = await ask<BuyerPass>('/v1/passkeys', { orderId, reference, response })
  if (kept === null || kept.status >= 500) return 'rememberAway'
  if (kept.status === 422) return 'rememberDeclined'
  return kept.status === 200 ? kept.body : 'rememberRefused'
}
