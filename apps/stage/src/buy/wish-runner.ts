import type { OrderAid } from '@nightmarket/ui'

import { askEdge } from '../edge/ask-edge.ts'
import { dwellMs } from '../viewer/viewer.ts'
import { foldAnswer, type OrderSaid } from './wish-answer.ts'
import type { WishStore } from './wish-store.ts'
import { nextStep, type Payment, type Wish } from './wish.ts'

/** Between two tries at an edge that does not answer, with jitter, in milliseconds. */
const REPEAT_MS = { first: 400, max: 8_000 }

/** What the runner is given. */
export interface RunnerDeps {
  readonly store: WishStore
  /** The edge that new wishes go to. */
  readonly bestEdge: () => string
  /** A wish changed, or its edge does not answer. */
  readonly onChange: (wish: Wish, isAway: boolean) => void
}

interface Offers {
  readonly offers?: readonly {
    readonly variantId: string
    readonly unitPriceMinor: number
    readonly token: string
  }[]
  readonly code?: string
}

/**
 * Carries wishes to their end: stores, sends, repeats, follows. One loop per wish, and only one tab
 * runs it; a wish without its edge waits for it and is never given to another.
 */
export class WishRunner {
  readonly #deps: RunnerDeps
  readonly #wishes = new Map<string, Wish>()
  readonly #running = new Set<string>()
  readonly #wakers = new Set<() => void>()
  /** Questions that wait for news, which a buyer's own step makes pointless. */
  readonly #looks = new Map<string, AbortController>()

  constructor(deps: RunnerDeps) {
    this.#deps = deps
    addEventListener('online', () => this.#wakeAll())
    document.addEventListener('visibilitychange', () => this.#wakeAll())
  }

  get wishes(): readonly Wish[] {
    return [...this.#wishes.values()]
  }

  /** Go on with everything that an earlier page left. */
  async resume(): Promise<void> {
    for (const wish of await this.#deps.store.all()) this.#take(wish)
  }

  /** Store a new wish, then run it. The same order id is the same wish. */
  async add(wish: Wish): Promise<void> {
    if (this.#wishes.has(wish.orderId)) return
    this.#wishes.set(wish.orderId, wish)
    this.#deps.onChange(wish, false)
    await this.#deps.store.put(wish)
    this.#take(wish)
  }

  /** The buyer confirms a hold, accepts a price, or pays another way. */
  async change(orderId: string, change: (wish: Wish) => Wish): Promise<void> {
    const wish = this.#wishes.get(orderId)
    if (wish === undefined) return
    await this.#keep(change(wish), false)
    this.#take(this.#wishes.get(orderId) ?? wish)
    this.#looks.get(orderId)?.abort()
    this.#wakeAll()
  }

  /** Put a wish that came to its end away. */
  async forget(orderId: string): Promise<void> {
    this.#wishes.delete(orderId)
    await this.#deps.store.remove(orderId)
  }

  #take(wish: Wish): void {
    const { orderId } = wish
    this.#wishes.set(orderId, wish)
    this.#deps.onChange(wish, false)
    if (this.#running.has(orderId)) return
    this.#running.add(orderId)
    const run = () => this.#run(orderId)
    const alone = navigator.locks?.request(`nightmarket-wish-${orderId}`, run) ?? run()
    void alone.finally(() => this.#running.delete(orderId))
  }

  async #run(orderId: string): Promise<void> {
    for (let misses = 0; ;) {
      const wish = this.#wishes.get(orderId)
      if (wish === undefined) return
      const step = nextStep(wish)
      if (step.do === 'rest' || step.do === 'ask_buyer') return
      const next = await this.#perform(wish, step)
      if (step.do === 'look' && this.#wishes.get(orderId) !== wish) continue
      if (next !== null && this.#wishes.has(orderId)) {
        misses = 0
        await this.#keep(next, false)
        if (next.standing.is === 'waiting') await this.#pause(1_000)
        continue
      }
      misses += 1
      this.#deps.onChange(wish, true)
      await this.#pause(
        Math.min(REPEAT_MS.max, REPEAT_MS.first * 2 ** misses) * (0.5 + Math.random()),
      )
    }
  }

  async #perform(wish: Wish, step: ReturnType<typeof nextStep>): Promise<Wish | null> {
    switch (step.do) {
      case 'price':
        return this.#askPrice(wish)
      case 'send':
        return this.#send(wish, step.body)
      case 'pay_again':
        return this.#payAgain(wish, step.payment)
      case 'receipt':
        return this.#fetchReceipt(wish)
      case 'aid':
        return this.#askAid(wish)
      case 'look':
        return this.#look(wish, step)
      case 'ask_buyer':
      case 'rest':
        return wish
    }
  }

  /** A promise at the best edge; dearer than the page said, it is for the buyer to decide. */
  async #askPrice(wish: Wish): Promise<Wish | null> {
    const edgeUrl = this.#deps.bestEdge()
    const { buyerId, dropId, variantId, hasConsent } = wish
    const consent = { personalOffers: hasConsent }
    const body = { buyerId, dropId, variantIds: [variantId], consent, dwellMs: dwellMs() }
    const answer = await askEdge<Offers>(edgeUrl, { method: 'POST', path: '/v1/offers', body })
    if (answer === null || answer.status >= 500) return null
    const offer = answer.body.offers?.find((each) => each.variantId === variantId)
    if (offer === undefined) {
      return { ...wish, standing: { is: 'refused', code: answer.body.code ?? 'variant_unknown' } }
    }
    const { token, unitPriceMinor } = offer
    if (unitPriceMinor > wish.unitPriceMinor) {
      return { ...wish, standing: { is: 'dearer', unitPriceMinor } }
    }
    return { ...wish, edgeUrl, token, unitPriceMinor, standing: { is: 'queued' } }
  }

  /** The wish says that it was sent before it is. */
  async #send(wish: Wish, body: object): Promise<Wish | null> {
    const holdId = wish.standing.is === 'asked' ? wish.standing.holdId : null
    const sent: Wish = { ...wish, wasSent: true, standing: { is: 'asked', holdId } }
    await this.#keep(sent, false)
    const { edgeUrl, buyerId } = sent
    const question = { method: 'POST', path: '/v1/orders', body, buyerId } as const
    const answer = await askEdge<OrderSaid>(edgeUrl, question)
    return answer === null ? null : foldAnswer(sent, answer)
  }

  async #look(wish: Wish, { known, waitMs }: { known: string; waitMs: number }) {
    const wait = known === 'none' ? '' : `?wait=${waitMs}&known=${known}`
    const looking = new AbortController()
    this.#looks.set(wish.orderId, looking)
    const answer = await askEdge<OrderSaid>(wish.edgeUrl, {
      path: `/v1/orders/${wish.orderId}${wait}`,
      signal: looking.signal,
      buyerId: wish.buyerId,
      timeoutMs: waitMs + 8_000,
    })
    if (answer === null) return null
    const folded = foldAnswer(wish, answer)
    const isStill = folded?.standing.is === 'ordered' && folded.standing.state === 'rescue'
    return isStill && wish.rescue?.wasSent === true ? { ...folded, rescue: null } : folded
  }

  /** The end of a rescue, the voucher: the edge asks its core, which may be away. */
  async #askAid(wish: Wish): Promise<Wish | null> {
    const { edgeUrl, orderId, buyerId } = wish
    const path = `/v1/orders/${orderId}/aid`
    const answer = await askEdge<OrderAid>(edgeUrl, { path, buyerId })
    return answer?.status === 200 ? { ...wish, aid: answer.body } : null
  }

  async #fetchReceipt(wish: Wish): Promise<Wish | null> {
    const path = `/v1/orders/${wish.orderId}/receipt`
    const answer = await askEdge<object>(wish.edgeUrl, { path, buyerId: wish.buyerId })
    return answer?.status === 200 ? { ...wish, receipt: answer.body } : null
  }

  async #payAgain(wish: Wish, payment: Payment): Promise<Wish | null> {
    const { edgeUrl, orderId, buyerId } = wish
    const sent: Wish = { ...wish, rescue: { payment, wasSent: false } }
    const path = `/v1/orders/${orderId}/payment`
    const question = { method: 'POST', path, body: { payment }, buyerId } as const
    const answer = await askEdge<OrderSaid>(edgeUrl, question)
    if (answer === null || answer.status >= 500) return null
    const isRefused = answer.status === 422 || answer.status === 403
    return { ...sent, aid: null, rescue: isRefused ? null : { payment, wasSent: true } }
  }

  async #keep(wish: Wish, isAway: boolean): Promise<void> {
    this.#wishes.set(wish.orderId, wish)
    await this.#deps.store.put(wish)
    this.#deps.onChange(wish, isAway)
  }

  #pause(pauseMs: number): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        clearTimeout(timer)
        this.#wakers.delete(wake)
        resolve()
      }
      const timer = setTimeout(wake, pauseMs)
      this.#wakers.add(wake)
    })
  }

  #wakeAll(): void {
    for (const wake of this.#wakers) wake()
  }
}
