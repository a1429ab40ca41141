import { openStripeCard } from '../buy/stripe-card.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'

/**
 * Put Stripe's own form into the form that opens a wallet. It is sent as it would be without a
 * script, with the reference that Stripe gave for the card.
 */
export function startWalletCard(form: HTMLFormElement, page: PageFacts): void {
  const place = element('div', { class: 'card-form' }, page.words.cardLoading)
  form.querySelector('.ways-note')?.replaceWith(place)
  const card = openStripeCard(place, page)
  card.catch(() => place.replaceChildren(page.words.cardNeedsScript))
  const reference = element('input', { type: 'hidden', name: 'reference' })
  form.append(reference)
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const button = event.submitter as HTMLButtonElement | null
    if (button !== null) button.disabled = true
    void card
      .then((opened) => opened.reference())
      .catch(() => null)
      .then((made) => {
        if (button !== null) button.disabled = false
        if (made === null) return
        reference.value = made
        form.submit()
      })
  })
}
