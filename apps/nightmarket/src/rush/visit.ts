import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'

import type { AcceptedAnswer, OffersAnswer, OrderView, PendingAnswer } from '@nightmarket/edge'
import { ORDER_IS_OPEN } from '@nightmarket/kernel'

import type { Buyer } from './buyer.ts'
import { isConnectionLost, type Door } from './door.ts'
import type { HttpAnswer, HttpQuestion } from './http-connection.ts'
import type { Outcome, Tally } from './tally.ts'
import type { Turns } from './turns.ts'

/** How long a person taps again at an edge that does not answer. */
export const UNANSWERED_MS = 45_000

/** Between two tries at an edge that is away: it may be back at any moment. */
const REPEAT_MS = { first: 25, max: 400 }

/** How often somebody in line looks: those in front more often. Well below the shortest hold. */
const LOOK_MS = { min: 250, perPlace: 15, max: 4_000 }

/** What a visit goes through: one edge, one turn at a time, one tally. */
export interface Shop {
  readonly edge: number
  readonly door: Door
  readonly turns: Turns
  readonly tally: Tally
  /** Nobody waits any longer: those in line go home. */
  readonly closing: AbortSignal
  /** The rush itself is over, whatever anybody still wants. */
  readonly stopped: AbortSignal
}

/** Where a visit stands between two questions. */
type Step =
  | { readonly next: 'end'; readonly outcome: Outcome }
  /** Look again after this many milliseconds. */
  | { readonly next: 'look'; readonly afterMs: number; readonly known: string }

interface CardPayment {
  readonly payKey: string
  readonly method: 'card'
  readonly reference: string
}

/** One buyer's whole evening, from the first look to the receipt or the refusal. */
export async function visit(buyer: Buyer, shop: Shop): Promise<Outcome> {
  const visitor = new Visitor(buyer, shop)
  const outcome = await visitor.run()
  shop.tally.finish(outcome, buyer)
  return outcome
}

class Visitor {
  readonly #buyer: Buyer
  readonly #shop: Shop
  #isAccepted = false
  #wasInRescue = false
  #isPaidAgain = false
  /** Kept from the first tap on: a repetition sends the same payment. [O1] */
  readonly #payment: CardPayment

  constructor(buyer: Buyer, shop: Shop) {
    this.#buyer = buyer
    this.#shop = shop
    this.#payment = { payKey: randomUUID(), method: 'card', reference: buyer.card }
  }

  async run(): Promise<Outcome> {
    const { turns } = this.#shop
    let step: Step
    try {
      step = await this.#tap()
    } finally {
      turns.give()
    }
    while (step.next === 'look') {
      if (!(await this.#pause(step.afterMs))) return this.#goHome()
      await turns.take()
      try {
        step = await this.#look(step.known)
      } finally {
        turns.give()
      }
    }
    return step.outcome
  }

  /** Ask for the price, and buy. The turn is already ours. */
  async #tap(): Promise<Step> {
    const { tally } = this.#shop
    tally.arrive()
    const offers = await this.#ask(this.#offersQuestion(), tally.offers)
    if (offers === null) return end({ status: 'unanswered' })
    if (offers.status !== 200) return this.#refused(offers)
    const { offers: found } = JSON.parse(offers.body) as OffersAnswer
    const offer = found.find(({ variantId }) => variantId === this.#buyer.variantId)
    if (offer === undefined) return end({ status: 'refused', code: 'variant_unknown' })
    const { orderId, quantity } = this.#buyer
    return this.#order({ orderId, token: offer.token, quantity, payment: this.#payment })
  }

  async #order(order: object): Promise<Step> {
    const body = JSON.stringify(order)
    const headers = { 'nightmarket-buyer': this.#buyer.buyerId }
    const question = { method: 'POST', path: '/v1/orders', headers, body } as const
    const answer = await this.#ask(question, this.#shop.tally.taps)
    if (answer === null) return end({ status: 'unanswered' })
    if (answer.status === 201) return this.#accepted(JSON.parse(answer.body) as AcceptedAnswer)
    if (answer.status >= 300) return this.#refused(answer)
    return this.#pending(JSON.parse(answer.body) as PendingAnswer, true)
  }

  /** Whatever an edge says, an order that it accepted stays accepted. */
  #refused(answer: HttpAnswer): Step {
    const code = codeOf(answer)
    if (this.#isAccepted) this.#break(`the edge now answers ${answer.status} ${code}`)
    if (code === 'sold_out') return end({ status: 'sold_out' })
    return end({ status: 'refused', code })
  }

  #accepted({ state, receipt }: AcceptedAnswer): Step {
    const { tally, edge } = this.#shop
    const { orderId } = this.#buyer
    if (receipt === null) this.#break('accepted without a receipt')
    else tally.accept({ orderId, edge, receipt: JSON.stringify(receipt) }, state)
    this.#isAccepted = true
    return this.#follow(state)
  }

  /** Watch an accepted order until its payment has come to something. */
  #follow(state: string): Step {
    if (isPaidFor(state)) return end({ status: 'accepted' })
    return { next: 'look', afterMs: 2_000, known: state }
  }

  #pending(answer: PendingAnswer, isFirst: boolean): Step | Promise<Step> {
    switch (answer.status) {
      case 'paying':
        return { next: 'look', afterMs: LOOK_MS.min, known: 'paying' }
      case 'waiting':
        if (isFirst) this.#shop.tally.queued += 1
        if (!this.#buyer.isPatient) return this.#leave()
        return { next: 'look', afterMs: lookAgainMs(answer.position), known: 'waiting' }
      case 'held':
        return this.#buyHeld()
      case 'hold_ended':
        if (answer.reason === 'expired') return end({ status: 'refused', code: 'hold_expired' })
        return end({ status: 'declined' })
      case 'ticket_ended':
        if (answer.reason === 'sold_out') return end({ status: 'sold_out' })
        return end({ status: 'refused', code: `line_${answer.reason}` })
    }
  }

  /** It is our turn in line: the hold has the order's id, and is bought under it. */
  #buyHeld(): Promise<Step> {
    const { orderId } = this.#buyer
    return this.#order({ orderId, holdId: orderId, payment: this.#payment })
  }

  async #leave(): Promise<Step> {
    const { orderId: ticketId } = this.#buyer
    const answer = await this.#askAsBuyer('DELETE', `/v1/tickets/${ticketId}`)
    return answer === null ? end({ status: 'unanswered' }) : end({ status: 'left' })
  }

  /** Look how the order stands, and do what there is to do. */
  async #look(known: string): Promise<Step> {
    const path = `/v1/orders/${this.#buyer.orderId}`
    const answer = await this.#askAsBuyer('GET', path)
    if (answer === null) return end({ status: this.#isAccepted ? 'accepted' : 'unanswered' })
    if (answer.status === 404) {
      this.#break(`the edge answered ${known} before, and knows nothing of it now`)
      return end({ status: 'refused', code: 'order_unknown' })
    }
    if (answer.status !== 200) return this.#refused(answer)
    const view = JSON.parse(answer.body) as OrderView
    if (view.status === 'accepted') return this.#lookAtOrder(view.state ?? 'accepted')
    if (this.#isAccepted) this.#break(`accepted before, and now ${view.status}`)
    if (view.pending === null) return end({ status: 'refused', code: view.status })
    return this.#pending(view.pending, false)
  }

  async #lookAtOrder(state: string): Promise<Step> {
    if (!this.#isAccepted) return this.#fetchReceipt(state)
    if (state === 'rescue') return this.#payAgain()
    return this.#follow(state)
  }

  /** What was being paid is sold: the receipt is fetched. */
  async #fetchReceipt(state: string): Promise<Step> {
    const { orderId } = this.#buyer
    const answer = await this.#askAsBuyer('GET', `/v1/orders/${orderId}/receipt`)
    if (answer === null) return end({ status: 'unanswered' })
    if (answer.status !== 200) return this.#refused(answer)
    const { tally, edge } = this.#shop
    tally.accept({ orderId, edge, receipt: answer.body }, state)
    this.#isAccepted = true
    return this.#follow(state)
  }

  /** The card was declined after the sale: some find another one. */
  async #payAgain(): Promise<Step> {
    const { tally } = this.#shop
    if (!this.#wasInRescue) tally.inRescue += 1
    this.#wasInRescue = true
    const { secondCard, orderId } = this.#buyer
    if (secondCard === null || this.#isPaidAgain) return end({ status: 'accepted' })
    this.#isPaidAgain = true
    const payment = { payKey: randomUUID(), method: 'card', reference: secondCard }
    const path = `/v1/orders/${orderId}/payment`
    const answer = await this.#askAsBuyer('POST', path, JSON.stringify({ payment }))
    if (answer === null || answer.status !== 202) return end({ status: 'accepted' })
    tally.paidAgain += 1
    return { next: 'look', afterMs: 1_000, known: 'rescue' }
  }

  #goHome(): Outcome {
    return { status: this.#isAccepted ? 'accepted' : 'waiting' }
  }

  #offersQuestion(): HttpQuestion {
    const { buyerId, dropId, variantId } = this.#buyer
    const consent = { personalOffers: false }
    const body = JSON.stringify({ buyerId, dropId, variantIds: [variantId], consent })
    return { method: 'POST', path: '/v1/offers', body }
  }

  #askAsBuyer(
    method: HttpQuestion['method'],
    path: string,
    body?: string,
  ): Promise<HttpAnswer | null> {
    const headers = { 'nightmarket-buyer': this.#buyer.buyerId }
    return this.#ask({ method, path, headers, ...(body === undefined ? {} : { body }) })
  }

  /**
   * Ask until somebody answers: the same question with the same ids, at the same edge, since only
   * that edge knows what became of the first one. `null` after as long as a person tries.
   */
  async #ask(question: HttpQuestion, histogram?: Tally['taps']): Promise<HttpAnswer | null> {
    const { door, tally, stopped } = this.#shop
    const startedMs = performance.now()
    for (let waitMs = REPEAT_MS.first; ; waitMs = Math.min(2 * waitMs, REPEAT_MS.max)) {
      const askedMs = performance.now()
      const answer = await door.ask(question).catch(lostToNull)
      if (answer !== null) histogram?.record(performance.now() - askedMs)
      if (answer !== null && answer.status !== 503) return answer
      const isLong = performance.now() - startedMs > UNANSWERED_MS
      if (isLong || stopped.aborted) return null
      tally.repeats += 1
      await delay(waitMs, undefined, { signal: stopped }).catch(abortToNothing)
    }
  }

  /** Whether there is still somebody to ask after the pause. */
  async #pause(afterMs: number): Promise<boolean> {
    const { closing } = this.#shop
    if (closing.aborted) return false
    await delay(afterMs, undefined, { signal: closing }).catch(abortToNothing)
    return !closing.aborted
  }

  #break(detail: string): void {
    const { tally, edge } = this.#shop
    tally.promises.break({ orderId: this.#buyer.orderId, edge }, detail)
  }
}

function end(outcome: Outcome): Step {
  return { next: 'end', outcome }
}

/** Whether nothing more can become of a payment that its buyer could help with. */
function isPaidFor(state: string): boolean {
  return ORDER_IS_OPEN[state as keyof typeof ORDER_IS_OPEN] !== true
}

function lookAgainMs(position: number): number {
  return Math.min(LOOK_MS.max, LOOK_MS.min + position * LOOK_MS.perPlace)
}

function codeOf({ status, body }: HttpAnswer): string {
  const code = /"code":"([a-z_]+)"/.exec(body)?.[1]
  return code ?? `http_${status}`
}

function lostToNull(error: unknown): null {
  if (isConnectionLost(error)) return null
  throw error
}

function abortToNothing(error: unknown): void {
  if (!(error instanceof Error) || error.name !== 'AbortError') throw error
}
