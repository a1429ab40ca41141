import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'

/** The part of Stripe.js that is used: its Payment Element makes a payment method, no more. */
interface StripeJs {
  elements(options: object): StripeElements
  createPaymentMethod(options: {
    readonly elements: StripeElements
  }): Promise<{ readonly paymentMethod?: { readonly id: string } }>
}

interface StripeElements {
  create(kind: 'payment'): { mount(place: HTMLElement): void }
  submit(): Promise<{ readonly error?: object }>
}

declare global {
  interface Window {
    readonly Stripe?: (publishableKey: string) => StripeJs
  }
}

/**
 * Mount Stripe's Payment Element: the number is typed into Stripe's own frame and never reaches
 * this page, which gets a reference. The edge's policy allows Stripe only when it is configured.
 */
export async function openStripeCard(place: HTMLElement, { payments, currency }: PageFacts) {
  if (payments.kind !== 'stripe') throw new TypeError('Stripe is not configured')
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const listeners = { load: () => resolve(), error: reject }
  const script = element('script', { src: payments.scriptUrl, ...listeners })
  document.head.append(script)
  await promise
  const stripe = window.Stripe?.(payments.publishableKey)
  if (stripe === undefined) throw new Error('Stripe’s script has no Stripe in it')
  const elements = stripe.elements({
    mode: 'setup',
    currency: currency.toLowerCase(),
    paymentMethodCreation: 'manual',
    paymentMethodTypes: ['card'],
  })
  place.replaceChildren()
  elements.create('payment').mount(place)
  return {
    /** `null`: the element says what is missing. */
    async reference(): Promise<string | null> {
      const { error } = await elements.submit()
      if (error !== undefined) return null
      const { paymentMethod } = await stripe.createPaymentMethod({ elements })
      return paymentMethod?.id ?? null
    },
  }
}
