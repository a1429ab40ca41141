import {
  priceSale,
  type BuyerId,
  type CountId,
  type OperatorId,
  type OrderId,
  type PayKey,
  type RequestId,
  type RequestKind,
  type StallCommand,
  type StallState,
  type TokenId,
  type WantedLine,
} from '@nightmarket/kernel'

import type { Prng } from '../prng.ts'
import { sha256 } from './digest.ts'
import { EVENING } from './evening.ts'
import { Hand } from './hand.ts'
import { Handover } from './handover.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

const { mug, print, bundle } = EVENING

/** Whether a node knows of units that it could hand on. */
function hasUnits(edge: SimEdge): boolean {
  const pools = edge.stall?.state.pools.values() ?? []
  return [...pools].some(({ unsold }) => unsold > 0)
}

/**
 * Whoever stands behind a till: sells to whoever comes, taps twice, gives money back, counts the
 * drawer and the shelf, and hands units to other nodes. The till may be cut off for hours.
 */
export class Seller {
  readonly #world: World
  readonly #till: SimEdge
  readonly #prng: Prng
  #acts = 0

  constructor(world: World, till: SimEdge) {
    this.#world = world
    this.#till = till
    this.#prng = world.prng.fork(`seller at ${till.name}`)
  }

  /** Work until everything calms down. */
  async works(): Promise<void> {
    const world = this.#world
    const everyMs = world.options.tillEveryMs
    while (!world.isCalm) {
      await world.time.sleep(this.#prng.between(everyMs / 4, 2 * everyMs))
      const state = this.#till.stall?.state
      if (state === undefined || this.#till.process?.isPaused === true) continue
      await this.#act(state)
    }
  }

  #act(state: StallState): Promise<void> {
    const die = this.#prng.next()
    if (die < 0.55) return this.#sell(state)
    if (die < 0.65) return this.#request(state)
    if (die < 0.9) return this.#handOver()
    return this.#count(state)
  }

  /** Sell, now or not at all, to somebody who stands there and is gone afterwards. */
  async #sell(state: StallState): Promise<void> {
    const orderId = this.#nextId('o') as OrderId
    const lines = this.#chooseLines()
    const buyerId = `walk-in-${orderId}` as BuyerId
    const tokenId = `t-${orderId}` as TokenId
    const { dropId } = EVENING
    const sale = { tokenId, buyerId, dropId, lines }
    const token = priceSale(state, sale, this.#till.clock.now(), sha256)
    if (!token.ok) return this.#mark(`finds no price: ${token.error.code}`)
    const text = Buffer.from(`${orderId} ${JSON.stringify(lines)}`)
    const requestHash = Buffer.from(sha256(text)).toString('hex')
    const operatorId = this.#operator()
    const wish = { token: token.value, lines, requestHash, operatorId }
    const payment = this.#payment(orderId)
    await this.#tap({ type: 'place_order', orderId, wish, payment, isNowOrNever: true }, buyerId)
  }

  /** Give units of this till to another node, or get some from one that has them. */
  #handOver(): Promise<void> {
    const others = this.#world.edges.filter((edge) => edge !== this.#till && hasUnits(edge))
    const isGiving = others.length === 0 || (hasUnits(this.#till) && this.#prng.chance(0.4))
    const giver = isGiving ? this.#till : this.#prng.pick(others)
    const handover = new Handover(this.#world, giver, this.#prng)
    return handover.perform(this.#nextId('s'), isGiving ? null : this.#till)
  }

  /** Ask the core about something sold here: money back, a voucher, the unit to the next. */
  async #request(state: StallState): Promise<void> {
    const orders = [...state.orders.values()]
    if (orders.length === 0) return
    const record = this.#prng.pick(orders)
    const { order } = record
    const isCash = order.payment.method === 'cash' && record.state === 'captured'
    const kind: RequestKind =
      record.state === 'rescue' ? this.#prng.pick(['voucher', 'release']) : 'refund'
    const request = {
      requestId: this.#nextId('r') as RequestId,
      orderId: order.orderId,
      kind,
      amountMinor: this.#prng.chance(0.3) ? 100 : null,
      isPaidOut: kind === 'refund' && isCash && this.#prng.chance(0.5),
      operatorId: this.#operator(),
      why: 'came back',
    }
    const asked = `asks for ${kind}${request.isPaidOut ? ', paid out' : ''}`
    this.#world.chronicle.mark(`till ${asked}`)
    this.#world.chronicle.say(this.#till.name, `${asked} of ${order.orderId}`)
    await this.#tap({ type: 'make_request', request }, order.buyerId)
  }

  async #count(state: StallState): Promise<void> {
    const countId = this.#nextId('c') as CountId
    const shared = { countId, operatorId: this.#operator(), why: 'now and then' }
    const wrong = this.#prng.chance(0.2) ? 1 : 0
    this.#world.chronicle.mark(wrong === 1 ? 'till counts wrong' : 'till counts')
    if (this.#prng.chance(0.5)) {
      const amountMinor = Math.max(0, state.drawer.expectedMinor) + wrong
      const count = { ...shared, kind: 'count', amountMinor } as const
      await this.#tap({ type: 'count_cash', count }, null)
    } else {
      const itemId = this.#prng.pick(EVENING.items)
      const count = { ...shared, itemId, quantity: wrong }
      await this.#tap({ type: 'count_stock', count }, null)
    }
  }

  async #tap(command: StallCommand, buyerId: BuyerId | null): Promise<void> {
    const who = buyerId ?? (`seller-${this.#till.name}` as BuyerId)
    const answer = await new Hand(this.#world, this.#till, who, this.#prng).tap(command)
    const status = answer === 'nothing' ? answer : answer.status
    this.#mark(`${command.type} ${status}`)
  }

  #chooseLines(): readonly WantedLine[] {
    const quantity = this.#prng.pick([1, 1, 1, 2])
    return [{ variantId: this.#prng.pick([mug, mug, print, bundle]), quantity }]
  }

  #payment(orderId: OrderId) {
    const payKey = `pay-${orderId}` as PayKey
    if (this.#prng.chance(0.5)) return { payKey, method: 'cash', reference: null } as const
    const { vouchers } = this.#world
    if (vouchers.length > 0 && this.#prng.chance(0.4)) {
      this.#mark('is paid with a voucher')
      return { payKey, method: 'voucher', reference: this.#prng.pick(vouchers) } as const
    }
    const isDeclined = this.#prng.chance(this.#world.options.declineRate)
    const reference = isDeclined ? 'pm_decline' : 'pm_fine'
    return { payKey, method: 'card', reference } as const
  }

  #operator(): OperatorId {
    return this.#prng.pick(this.#world.operators)
  }

  #nextId(kind: string): string {
    this.#acts += 1
    return `${kind}-${this.#till.name}-${this.#acts}`
  }

  #mark(name: string): void {
    this.#world.chronicle.mark(`till ${name}`)
  }
}
