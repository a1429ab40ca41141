import { TEST_CARDS } from '@nightmarket/ui'

import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import type { Payment } from './wish.ts'

/** A form that asks how to pay, and what it came to. */
export interface PaymentForm {
  readonly element: HTMLElement
  /** `null`: what was entered is not complete, and the form says so. */
  read(payKey: string): Promise<Payment | null>
}

/** Test cards of the sandbox, or Stripe's own element; a voucher in either. */
export function openPaymentForm(facts: PageFacts): PaymentForm {
  const { words, payments } = facts
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
  const ways = element('fieldset', { class: 'ways' }, element('legend', {}, words.payWith))
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
    payments.kind === 'stripe' ? element('div', { class: 'card-form' }, words.cardLoading) : null
  const card =
    stripe === null
      ? null
      : import('./stripe-card.ts').then(({ openStripeCard }) => openStripeCard(stripe, facts))
  if (stripe === null) {
    ways.append(element('p', { class: 'ways-note' }, words.testCardNote))
    TEST_CARDS.forEach(([reference, word], at) =>
      ways.append(way(reference, words[word], at === 0)),
    )
  } else ways.append(way('card', words.payCard, true), stripe)
  ways.append(way('voucher', words.payVoucher, false), field)
  const chosen = () =>
    ways.querySelector<HTMLInputElement>('input[type=radio]:checked')?.value ?? ''
  ways.addEventListener('change', () => {
    field.hidden = chosen() !== 'voucher'
    if (stripe !== null) stripe.hidden = !field.hidden
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
      const reference = card === null ? value : await (await card).reference()
      return reference === null ? null : { payKey, method: 'card', reference }
    },
  }
}
