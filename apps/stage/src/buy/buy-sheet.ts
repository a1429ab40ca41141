import { priceText, say } from '@nightmarket/ui'

import { askEdge } from '../edge/ask-edge.ts'
import { countdownTo } from '../page/clock.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { buyerId, consent, dwellMs, setConsent } from '../viewer/viewer.ts'
import { keptPass, mayHavePasskeys } from '../remember/pass.ts'
import { openPaymentForm } from './payment-form.ts'
import type { Wish } from './wish.ts'

/** What a person tapped on. */
export interface Tapped {
  readonly dropId: string
  readonly variantId: string
  readonly title: string
  readonly unitPriceMinor: number
}

interface Promised {
  readonly expiresAtMs: number
  readonly offers: readonly {
    readonly variantId: string
    readonly unitPriceMinor: number
    readonly listPriceMinor: number
    readonly token: string
  }[]
}

/**
 * The sheet from below in which something is bought. The order id and the pay key are made as it
 * opens: however often its button is tapped, it is the same order.
 */
export function openBuySheet(
  facts: PageFacts,
  tapped: Tapped,
  parts: { readonly edgeUrl: string; readonly buy: (wish: Wish) => void },
): void {
  const { words } = facts
  const sheet = element('dialog', { class: 'sheet', 'aria-labelledby': 'sheet-title' })
  let wish = draft(tapped, facts, parts.edgeUrl)
  const sum = element('span', { class: 'price-sum' }, priceText(facts, wish.unitPriceMinor))
  const promise = element('p', { class: 'price-promise' })
  const pass = keptPass()
  const order = () => ({ orderId: wish.orderId, amountMinor: wish.unitPriceMinor * wish.quantity })
  const payment = openPaymentForm(facts, { kind: 'pay', order })
  const pay = element('button', { class: 'buy', type: 'submit' }, payText(facts, wish))
  const form = element(
    'form',
    { class: 'pay', method: 'dialog' },
    sumRow(words.total, sum),
    promise,
    payment.element,
    pay,
    recognisePart(facts, () => {
      close()
      openBuySheet(facts, tapped, parts)
    }),
  )
  form.addEventListener('submit', (event) => {
    event.preventDefault()
    pay.disabled = true
    void payment.read(wish.payment.payKey).then((paid) => {
      if (paid === null) {
        pay.disabled = false
        return
      }
      parts.buy({ ...wish, payment: paid, hasConsent: consent() === true })
      close()
    })
  })
  const showPrice = async () => {
    const promised = await askOffer(parts.edgeUrl, tapped)
    const offer = promised?.offers.find(({ variantId }) => variantId === tapped.variantId)
    if (promised === null || offer === undefined || wish.edgeUrl !== parts.edgeUrl) return
    wish = { ...wish, unitPriceMinor: offer.unitPriceMinor, token: offer.token }
    const isReduced = offer.unitPriceMinor < offer.listPriceMinor
    const was = isReduced ? element('s', {}, priceText(facts, offer.listPriceMinor)) : null
    sum.replaceChildren(...(was === null ? [] : [was, ' ']), priceText(facts, offer.unitPriceMinor))
    const left = countdownTo(promised.expiresAtMs)
    promise.replaceChildren(`${words.promiseFor} `, left)
    pay.textContent = payText(facts, wish)
  }
  const close = () => {
    sheet.close()
    sheet.remove()
  }
  sheet.append(
    element(
      'button',
      { class: 'sheet-close', type: 'button', 'aria-label': words.close, click: close },
      '×',
    ),
    element('h2', { id: 'sheet-title' }, tapped.title),
    consentPart(facts, () => void showPrice()),
    form,
  )
  sheet.addEventListener('close', () => sheet.remove())
  document.body.append(sheet)
  sheet.showModal()
  const isAsked = consent() !== null
  void showPrice().then(() => {
    if (pass !== null && isAsked && sheet.open) form.requestSubmit()
  })
}

/** Somebody whose phone has a key here, but no pass any more. */
function recognisePart({ words }: PageFacts, onKnown: () => void): HTMLElement | null {
  if (keptPass() !== null || !mayHavePasskeys()) return null
  const button = element('button', { class: 'link', type: 'button' }, words.recognise)
  button.addEventListener('click', () => {
    void import('../remember/one-tap.ts')
      .then(({ recognise }) => recognise())
      .then((pass) => {
        if (pass === null) button.textContent = words.recogniseRefused
        else onKnown()
      })
  })
  return button
}

function draft(tapped: Tapped, { currency }: PageFacts, edgeUrl: string): Wish {
  return {
    ...tapped,
    orderId: crypto.randomUUID(),
    buyerId: buyerId(),
    edgeUrl,
    quantity: 1,
    currency,
    payment: { payKey: crypto.randomUUID(), method: 'card', reference: '' },
    hasConsent: consent() === true,
    token: null,
    wasSent: false,
    createdAtMs: Date.now(),
    standing: { is: 'queued' },
    receipt: null,
    rescue: null,
  }
}

async function askOffer(edgeUrl: string, { dropId, variantId }: Tapped): Promise<Promised | null> {
  const body = {
    buyerId: buyerId(),
    dropId,
    variantIds: [variantId],
    consent: { personalOffers: consent() === true },
    dwellMs: dwellMs(),
  }
  const question = { method: 'POST', path: '/v1/offers', body, timeoutMs: 5_000 } as const
  const answer = await askEdge<Promised>(edgeUrl, question)
  return answer?.status === 200 ? answer.body : null
}

/** Asked once, here, where it matters; both answers look the same. */
function consentPart({ words }: PageFacts, onAnswer: () => void): HTMLElement {
  const part = element('div', { class: 'consent' })
  if (consent() !== null) return part
  const answer = (mayBePersonal: boolean) => () => {
    setConsent(mayBePersonal)
    part.replaceChildren()
    onAnswer()
  }
  part.append(
    element('h3', {}, words.consentTitle),
    element('p', {}, words.consentText),
    element(
      'p',
      { class: 'consent-answers' },
      element('button', { type: 'button', click: answer(true) }, words.consentYes),
      element('button', { type: 'button', click: answer(false) }, words.consentNo),
    ),
  )
  return part
}

function sumRow(label: string, sum: HTMLElement): HTMLElement {
  return element('p', { class: 'price-row' }, element('span', {}, label), sum)
}

function payText(facts: PageFacts, { unitPriceMinor }: Wish): string {
  return say(facts.words.payNow, { price: priceText(facts, unitPriceMinor) })
}
