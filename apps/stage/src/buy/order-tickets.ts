import {
  orderWords,
  priceText,
  say,
  voucherText,
  type OrderAid,
  type OrderStage,
  type Words,
} from '@nightmarket/ui'

import { countdownTo, edgeNowMs } from '../page/clock.ts'
import { element } from '../page/element.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { keptPass, mayHavePasskeys } from '../remember/pass.ts'
import { openPaymentForm } from './payment-form.ts'
import { isBeingSold, isOpen, type Payment, type Wish } from './wish.ts'

/** What a buyer can do with a wish. */
export interface TicketActions {
  confirm(wish: Wish, payment: Payment | null): void
  release(wish: Wish): void
  leave(wish: Wish): void
  payAgain(wish: Wish, payment: Payment): void
  accept(wish: Wish): void
  retry(wish: Wish): void
  forget(wish: Wish): void
  showReceipt(wish: Wish): void
  remember(wish: Wish): void
}

/** A ticket on the page, and what it was drawn from. */
interface Shown {
  readonly look: string
  readonly ticket: HTMLElement
  aid: OrderAid | null
}

/** The strip at the foot of the page: one ticket for each wish, the newest first. */
export class OrderTickets {
  readonly #facts: PageFacts
  readonly #place: HTMLElement
  readonly #actions: TicketActions
  readonly #tickets = new Map<string, Shown>()

  constructor(facts: PageFacts, place: HTMLElement, actions: TicketActions) {
    this.#facts = facts
    this.#place = place
    this.#actions = actions
  }

  /** Show how a wish stands. What is being filled in stays while nothing changed. */
  show(wish: Wish, isAway: boolean): void {
    const look = lookOf(wish, isAway)
    const known = this.#tickets.get(wish.orderId)
    if (known?.look === look) return this.#showAid(wish, known)
    const ticket = this.#ticketOf(wish, isAway)
    if (known === undefined) this.#place.prepend(ticket)
    else known.ticket.replaceWith(ticket)
    this.#tickets.set(wish.orderId, { look, ticket, aid: wish.aid ?? null })
    this.#place.hidden = false
  }

  remove(orderId: string): void {
    this.#tickets.get(orderId)?.ticket.remove()
    this.#tickets.delete(orderId)
    this.#place.hidden = this.#tickets.size === 0
  }

  #ticketOf(wish: Wish, isAway: boolean): HTMLElement {
    const { title, text, stage } = sentencesOf(wish, isAway, this.#facts)
    const head = element(
      'p',
      { class: 'ticket-what' },
      wish.title,
      ' · ',
      priceText(this.#facts, wish.unitPriceMinor * wish.quantity),
    )
    const says = element(
      'div',
      { role: 'status' },
      element('h2', {}, title),
      element('p', {}, text),
    )
    return element(
      'section',
      { class: 'ticket', 'data-order': wish.orderId, 'data-stage': stage },
      head,
      says,
      ...this.#steps(wish),
    )
  }

  /** What the buyer can do now: the next step first. */
  #steps(wish: Wish): readonly HTMLElement[] {
    const { words } = this.#facts
    const { standing } = wish
    const action = (text: string, act: () => void, look = 'quiet') =>
      element('button', { class: look, type: 'button', click: act }, text)
    const steps: HTMLElement[] = []
    const price = (amountMinor: number) => priceText(this.#facts, amountMinor)
    if (standing.is === 'held') {
      const left = countdownTo(standing.expiresAtMs)
      steps.push(element('p', { class: 'clock clock-big' }, `${words.heldFor} `, left))
      const pay = say(words.payNow, { price: price(wish.unitPriceMinor * wish.quantity) })
      steps.push(action(pay, () => this.#actions.confirm(wish, null), 'buy'))
      steps.push(action(words.letGo, () => this.#actions.release(wish)))
    }
    if (standing.is === 'waiting')
      steps.push(action(words.leaveLine, () => this.#actions.leave(wish)))
    if (standing.is === 'dearer') {
      const pay = say(words.payNow, { price: price(standing.unitPriceMinor) })
      steps.push(action(pay, () => this.#actions.accept(wish), 'buy'))
    }
    steps.push(element('div', { class: 'ticket-aid' }, ...this.#aid(wish.aid ?? null)))
    if (isToBePaid(wish)) steps.push(this.#rescue(wish))
    if (wish.receipt !== null)
      steps.push(action(words.receipt, () => this.#actions.showReceipt(wish)))
    if (standing.is === 'queued' && !wish.wasSent && !navigator.onLine)
      steps.push(action(words.cancel, () => this.#actions.forget(wish)))
    if (mayBeRemembered(wish))
      steps.push(action(words.rememberOffer, () => this.#actions.remember(wish)))
    const isOver = !isOpen(wish) || standing.is === 'dearer'
    const isUnbought = standing.is === 'refused' || standing.is === 'over'
    if (isUnbought) steps.push(action(words.again, () => this.#actions.retry(wish)))
    if (isOver) steps.push(action(words.forget, () => this.#actions.forget(wish)))
    return steps
  }

  /** What a buyer may count on comes later than the form, in which somebody may be typing. */
  #showAid({ aid = null }: Wish, shown: Shown): void {
    if (aid === shown.aid) return
    shown.aid = aid
    shown.ticket.querySelector('.ticket-aid')?.replaceChildren(...this.#aid(aid))
  }

  #aid(aid: OrderAid | null): readonly HTMLElement[] {
    if (aid === null) return []
    const { cause, rescueUntilMs, voucher } = aid
    const { words } = this.#facts
    const parts: HTMLElement[] = []
    if (rescueUntilMs !== null && cause === 'payment') {
      const left = countdownTo(rescueUntilMs)
      parts.push(element('p', { class: 'clock' }, `${words.rescueFor} `, left))
    }
    if (voucher !== null) {
      const text = voucherText({ ...this.#facts, nowMs: edgeNowMs() }, voucher)
      const code = element('code', {}, voucher.code)
      const title = element('h3', {}, words.voucherTitle)
      parts.push(element('div', { class: 'voucher' }, title, code, element('p', {}, text)))
    }
    return parts
  }

  #rescue(wish: Wish): HTMLElement {
    const { orderId, unitPriceMinor, quantity } = wish
    const order = () => ({ orderId, amountMinor: unitPriceMinor * quantity })
    const form = openPaymentForm(this.#facts, { kind: 'pay', order })
    const pay = element('button', { class: 'buy', type: 'submit' }, this.#facts.words.again)
    const submit = (event: Event) => {
      event.preventDefault()
      void form.read(crypto.randomUUID()).then((payment) => {
        if (payment !== null) this.#actions.payAgain(wish, payment)
      })
    }
    return element('form', { class: 'pay', submit }, form.element, pay)
  }
}

/** What a ticket's looks depend on: of what was bought, a silent edge changes nothing. */
function lookOf(wish: Wish, isAway: boolean): string {
  const { standing, rescue, receipt, aid } = wish
  const isBought = standing.is === 'ordered'
  const connection = isBought ? null : [isAway, navigator.onLine]
  const isKept = keptPass() !== null
  const isOurs = aid?.cause === 'units'
  const facts = [standing, rescue, receipt !== null, isOurs, isOpen(wish), connection, isKept]
  return JSON.stringify(facts)
}

/** What is said of a wish. An edge that is away is said to be away, and nothing is promised. */
function sentencesOf(wish: Wish, isAway: boolean, facts: PageFacts) {
  const { words } = facts
  const { standing } = wish
  if (standing.is === 'dearer') {
    const was = priceText(facts, wish.unitPriceMinor)
    const now = priceText(facts, standing.unitPriceMinor)
    return { stage: 'dearer', title: words.priceTitle, text: say(words.priceText, { was, now }) }
  }
  if (standing.is === 'refused') {
    const { title, text } = refusalOf(standing.code, words)
    return { stage: 'refused', title, text: `${text} ${words.wentBack}` }
  }
  const stage = stageOf(wish, isAway)
  if (isBeingSold(wish) && !isAway && navigator.onLine) {
    return { stage, title: words.sendingTitle, text: words.sendingText }
  }
  const [title, text] = orderWords(stage, wish.aid ?? null)
  const position = standing.is === 'waiting' ? standing.position : 1
  return { stage, title: say(words[title], { position }), text: words[text] }
}

/** Somebody who has just paid by card here, and is not remembered yet. */
function mayBeRemembered({ standing, payment, edgeUrl }: Wish): boolean {
  const isPaid = standing.is === 'ordered' && standing.state === 'captured'
  const isHere = payment.method === 'card' && edgeUrl === location.origin
  return isPaid && isHere && mayHavePasskeys() && keptPass() === null
}

function isToBePaid({ standing, rescue, aid }: Wish): boolean {
  const isRescue = standing.is === 'ordered' && standing.state === 'rescue'
  return isRescue && rescue === null && aid?.cause !== 'units'
}

function refusalOf(code: string, words: Words): { title: string; text: string } {
  if (code === 'sold_out') return { title: words.soldOut, text: words.soldOutWhy }
  if (code === 'customer_limit') return { title: words.refusedTitle, text: words.limitText }
  if (code === 'drop_closed') return { title: words.refusedTitle, text: words.closedText }
  if (code === 'voucher_code_invalid')
    return { title: words.refusedTitle, text: words.voucherWrongText }
  return { title: words.refusedTitle, text: say(words.refusedText, { code }) }
}

function stageOf({ standing, wasSent, rescue }: Wish, isAway: boolean): OrderStage {
  switch (standing.is) {
    case 'ordered':
      if (standing.state === 'captured' || standing.state === 'authorized') return 'accepted'
      if (standing.state === 'accepted') return 'deferred'
      if (standing.state === 'rescue' && rescue !== null) return 'paying'
      return standing.state
    case 'queued':
    case 'asked':
      return wasSent && isAway && navigator.onLine ? 'edge_away' : 'queued'
    case 'waiting':
      return isAway ? 'edge_away' : 'waiting'
    case 'held':
    case 'paying':
      return standing.is
    case 'over':
      return OVER[standing.reason] ?? 'expired'
    case 'dearer':
    case 'refused':
      return 'queued'
  }
}

const OVER: Readonly<Record<string, OrderStage>> = {
  declined: 'declined',
  left: 'left',
  sold_out: 'line_over',
  closed: 'line_over',
  voided: 'voided',
}
