import { say, TEST_CARDS } from '@nightmarket/ui'

import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { keptPass } from '../remember/pass.ts'
import type { Payment } from './wish.ts'

/** A form that asks how to pay, and what it came to. */
export interface PaymentForm {
  readonly element: HTMLElement
  /** `null`: what was entered is not complete, and the form says so. */
  read(payKey: string): Promise<Payment | null>
}

/** What a form is for: paying an order, of which a kept card signs the sum; or keeping a card. */
export type PaymentUse =
  | { readonly kind: 'pay'; readonly order: () => { orderId: string; amountMinor: number } }
  | { readonly kind: 'keep' }

/** The value of the way that pays with the card that is kept. */
export const STORED_WAY = 'stored'

/** Test cards of the sandbox, or Stripe's own element; a kept card or a voucher to pay with. */
export function openPaymentForm(facts: PageFacts, use: PaymentUse): PaymentForm {
  const { words, payments } = facts
  const pass = use.kind === 'pay' ? keptPass() : null
  const code = element('input', {
    type: 'text',
    name: 'voucherCode',
    maxlength: 64,
    autocomplete: 'off',
    autocapitalize: 'characters',
    spellcheck: 'false',
  })
  const field = element(
    'label',
    { class: 'field', hidden: true },
    element('span', {}, words.voucherCode),
    code,
  )
  const legend = use.kind === 'pay' ? words.payWith : words.rememberCard
  const ways = element('fieldset', { class: 'ways' }, element('legend', {}, legend))
  const name = `pay-${crypto.randomUUID()}`
  const way = (value: string, text: string, isFirst: boolean) =>
    element(
      'label',
      { class: 'way' },
      element('input', { type: 'radio', name, value, checked: isFirst }),
      ' ',
      element('span', {}, text),
    )
  const stripe =
    payments.kind === 'stripe'
      ? element('div', { class: 'card-form', hidden: pass !== null }, words.cardLoading)
      : null
  const card =
    stripe === null
      ? null
      : import('./stripe-card.ts').then(({ openStripeCard }) => openStripeCard(stripe, facts))
  if (pass !== null) ways.append(way(STORED_WAY, say(words.storedWay, { label: pass.label }), true))
  if (stripe === null) {
    ways.append(element('p', { class: 'ways-note' }, words.testCardNote))
    TEST_CARDS.forEach(([reference, word], at) =>
      ways.append(way(reference, words[word], at === 0 && pass === null)),
    )
  } else ways.append(way('card', words.payCard, pass === null), stripe)
  if (use.kind === 'pay') ways.append(way('voucher', words.payVoucher, false), field)
  const chosen = () =>
    ways.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value ?? ''
  ways.addEventListener('change', () => {
    field.hidden = chosen() !== 'voucher'
    if (stripe !== null) stripe.hidden = chosen() !== 'card'
  })
  return {
    element: ways,
    async read(payKey) {
      const value = chosen()
      if (value === 'voucher') {
        const voucherCode = code.value.trim()
        code.setCustomValidity(voucherCode === '' ? words.voucherCode : '')
        return code.reportValidity() ? { payKey, method: 'voucher', voucherCode } : null
      }
      if (value === STORED_WAY && pass !== null && use.kind === 'pay') {
        const { tapToPay } = await import('../remember/one-tap.ts')
        return tapToPay(pass, { ...use.order(), payKey })
      }
      const reference = card === null ? value : await (await card).reference()
      return reference === null ? null : { payKey, method: 'card', reference }
    },
  }
}
