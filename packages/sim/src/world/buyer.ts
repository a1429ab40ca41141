import {
  chooseOffer,
  offerHash,
  type BuyerId,
  type HoldId,
  type OfferToken,
  type OrderId,
  type PayKey,
  type StallAnswer,
  type StallCommand,
  type TicketId,
  type TokenId,
  type WantedLine,
  type Wish,
} from '@nightmarket/kernel'

import type { Prng } from '../prng.ts'
import { sha256 } from './digest.ts'
import { EVENING } from './evening.ts'
import { Hand, type Heard } from './hand.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

const POLLS_MAX = 40
/** How many of those who pay try a voucher, once there are any. */
const VOUCHER_RATE = 0.25

type Payment = Extract<StallCommand, { readonly type: 'place_order' }>['payment']

/**
 * A person with a phone at one edge: asks for a price, taps, taps again, waits in line, holds, pays
 * another way, leaves. What is sent is made once and kept, so that a retry is the same request.
 */
export class Buyer {
  readonly id: BuyerId
  readonly #world: World
  readonly #edge: SimEdge
  readonly #prng: Prng
  readonly #hand: Hand
  #taps = 0

  constructor(world: World, edge: SimEdge, name: string) {
    this.#world = world
    this.#edge = edge
    this.#prng = world.prng.fork(`buyer ${name}`)
    this.id = name as BuyerId
    this.#hand = new Hand(world, edge, this.id, this.#prng)
  }

  /** Some come once, some come back before they know how their first order went. */
  async visits(): Promise<void> {
    const first = this.visit()
    while (this.#prng.chance(0.3)) {
      await this.#sleep(500, 30_000)
      await this.visit()
    }
    await first
  }

  /** One visit, from the price to the receipt or to the door. */
  async visit(): Promise<void> {
    const lines = this.#chooseLines()
    const token = await this.#askForPrice(lines)
    if (token === null) return this.#mark('found no price')
    await this.#sleep(200, 4_000)
    const wish = { token, lines, requestHash: hashOf(`${token.tokenId} ${JSON.stringify(lines)}`) }
    if (this.#prng.chance(this.#world.options.holdRate)) await this.#hold(wish)
    else await this.#buy(wish)
    if (!this.#world.isCalm && this.#prng.chance(0.08)) await this.#replayToken(wish)
  }

  async #buy(wish: Wish): Promise<void> {
    const orderId = this.#nextId('o') as OrderId
    const payment = this.#payment(orderId)
    const command = { type: 'place_order', orderId, wish, payment } as const
    const answer = await this.#hand.tap(command)
    if (!this.#world.isCalm && this.#prng.chance(0.05)) await this.#reuseId(command)
    await this.#goOn(command, answer, POLLS_MAX)
  }

  async #hold(wish: Wish): Promise<void> {
    const holdId = this.#nextId('h') as HoldId
    const command = { type: 'take_hold', holdId, wish } as const
    await this.#goOn(command, await this.#hand.tap(command), POLLS_MAX)
  }

  /** Act on what the edge said, until there is an end. */
  async #goOn(command: StallCommand, answer: Heard, polls: number): Promise<void> {
    if (answer === 'nothing' || polls === 0) return this.#mark('gave up')
    switch (answer.status) {
      case 'accepted':
        return this.#follow(command, answer, polls)
      case 'held':
        return this.#useHold(answer.holdId)
      case 'paying':
        await this.#sleep(1_000, 5_000)
        return this.#goOn(command, await this.#hand.tap(command), polls - 1)
      case 'waiting':
        return this.#wait(command, answer.ticketId, polls)
      case 'rejected':
        return this.#mark(`rejected ${answer.rejection.code}`)
      case 'hold_ended':
        return this.#mark(`hold ended ${answer.reason}`)
      case 'ticket_ended':
        return this.#mark(`ticket ended ${answer.reason}`)
      case 'wallet':
      case 'done':
        return
    }
  }

  async #wait(command: StallCommand, ticketId: TicketId, polls: number): Promise<void> {
    this.#mark('waits in line')
    if (this.#prng.chance(0.05)) {
      const leave = { type: 'leave_line', ticketId, buyerId: this.id } as const
      return this.#goOn(leave, await this.#hand.tap(leave), 1)
    }
    await this.#sleep(3_000, 20_000)
    return this.#goOn(command, await this.#hand.tap(command), polls - 1)
  }

  async #useHold(holdId: HoldId): Promise<void> {
    const { options } = this.#world
    await this.#sleep(500, options.terms.holdMs * (this.#prng.chance(0.15) ? 2 : 0.5))
    if (this.#prng.chance(0.12)) {
      const release = { type: 'release_hold', holdId, buyerId: this.id } as const
      return this.#goOn(release, await this.#hand.tap(release), 1)
    }
    const orderId = (this.#prng.chance(0.3) ? (holdId as string) : this.#nextId('o')) as OrderId
    const command = {
      type: 'buy_hold',
      orderId,
      holdId,
      buyerId: this.id,
      requestHash: hashOf(`buy ${holdId} ${orderId}`),
      payment: this.#payment(`${orderId}-h`),
    } as const
    await this.#goOn(command, await this.#hand.tap(command), POLLS_MAX)
  }

  /** Look at the order again; if its payment failed, pay another way, or not. */
  async #follow(
    command: StallCommand,
    answer: Extract<StallAnswer, { readonly status: 'accepted' }>,
    polls: number,
  ): Promise<void> {
    this.#mark(`accepted ${answer.state}`)
    const isOver = !['deferred', 'unknown', 'authorized', 'rescue'].includes(answer.state)
    if (isOver) return
    await this.#sleep(2_000, 25_000)
    if (answer.state !== 'rescue') {
      return this.#goOn(command, await this.#hand.tap(command), Math.min(polls - 1, 6))
    }
    if (this.#prng.chance(0.3)) return this.#mark('leaves a rescue')
    const { orderId } = answer.order
    const again = {
      type: 'pay_order',
      orderId,
      buyerId: this.id,
      payment: this.#payment(`${orderId}-again-${polls}`),
    } as const
    this.#mark('pays another way')
    return this.#goOn(command, await this.#hand.tap(again), Math.min(polls - 1, 6))
  }

  /** The same id with another body, which must be refused. */
  async #reuseId(command: Extract<StallCommand, { readonly type: 'place_order' }>): Promise<void> {
    const wish = { ...command.wish, requestHash: hashOf('another body') }
    const answer = await this.#hand.ask({ ...command, wish })
    if (answer === 'nothing') return
    this.#mark('reuses an id')
    const isRefused = answer.status === 'rejected'
    if (!isRefused) this.#violate('O1', `${command.orderId} with another body: ${answer.status}`)
  }

  /** A token that was used is sent again with another order. [I19] */
  async #replayToken(wish: Wish): Promise<void> {
    const orderId = this.#nextId('replay') as OrderId
    const answer = await this.#hand.ask({
      type: 'place_order',
      orderId,
      wish,
      payment: this.#payment(orderId),
    })
    if (answer !== 'nothing') this.#mark('replays a token')
  }

  async #askForPrice(lines: readonly WantedLine[]): Promise<OfferToken | null> {
    for (let attempt = 0; attempt < this.#world.options.patience; attempt++) {
      const token = this.#tokenNow(lines)
      if (token !== null) return token
      await this.#sleep(2_000, 20_000)
    }
    return null
  }

  /** What the edge's page shows and its token promises, by the kernel's own choice of offers. */
  #tokenNow(lines: readonly WantedLine[]): OfferToken | null {
    const { stall, clock, nodeId, epoch } = this.#edge
    const active = stall?.state.active ?? null
    if (active === null || this.#edge.process?.isPaused === true) return null
    const { atMs } = clock.now()
    const viewer = { buyerId: this.id, hasConsent: true }
    const choices = lines.map(({ variantId }) =>
      chooseOffer(active.index, viewer, EVENING.dropId, variantId, atMs, bucketOf),
    )
    const offers = choices.flatMap((choice) => (choice.ok ? [choice.value] : []))
    const [first] = offers
    if (first === undefined || offers.length < lines.length) return null
    if (offers.some(({ offer }) => offer !== first.offer)) return null
    return {
      tokenId: this.#nextId('t') as TokenId,
      audience: `${nodeId}/${epoch}`,
      buyerId: this.id,
      releaseId: active.releaseId,
      releaseNumber: active.number,
      dropId: EVENING.dropId,
      offerId: first.offer?.offerId ?? null,
      offerHash: first.offer === null ? null : offerHash(first.offer, sha256),
      prices: lines.map(({ variantId }, index) => ({
        variantId,
        unitPriceMinor: offers[index]?.unitPriceMinor ?? 0,
      })),
      unitsMax: Math.max(...offers.map(({ unitsMax }) => unitsMax)),
      expiresAtMs: atMs + active.index.release.terms.tokenMs,
    }
  }

  #chooseLines(): readonly WantedLine[] {
    const { mug, print, bundle } = EVENING
    const variantId = this.#prng.pick([mug, mug, mug, print, print, bundle])
    const quantity = this.#prng.pick([1, 1, 1, 2, 3])
    const one = [{ variantId, quantity }]
    const isPair = variantId === mug && this.#prng.chance(0.2)
    return isPair ? [...one, { variantId: bundle, quantity: 1 }] : one
  }

  #payment(name: string): Payment {
    const { declineRate, cashRate } = this.#world.options
    const payKey = `pay-${name}` as PayKey
    if (this.#prng.chance(cashRate)) return { payKey, method: 'cash', reference: null }
    const { vouchers } = this.#world
    if (vouchers.length > 0 && this.#prng.chance(VOUCHER_RATE)) {
      this.#mark('pays with a voucher')
      return { payKey, method: 'voucher', reference: this.#prng.pick(vouchers) }
    }
    const isDeclined = this.#prng.chance(declineRate)
    return { payKey, method: 'card', reference: isDeclined ? 'pm_decline' : 'pm_fine' }
  }

  #nextId(kind: string): string {
    this.#taps += 1
    return `${kind}-${this.id}-${this.#taps}`
  }

  #sleep(lowMs: number, highMs: number): Promise<void> {
    return this.#world.time.sleep(this.#prng.between(Math.floor(lowMs), Math.floor(highMs)))
  }

  #mark(name: string): void {
    this.#world.chronicle.mark(`buyer ${name}`)
  }

  #violate(id: string, text: string): void {
    this.#world.chronicle.violate(id, `${this.id} at ${this.#edge.name}: ${text}`)
  }
}

function hashOf(text: string): string {
  return Buffer.from(sha256(Buffer.from(text))).toString('hex')
}

function bucketOf(buyerId: string, offerId: string): number {
  const [first = 0, second = 0] = sha256(Buffer.from(`${offerId}/${buyerId}`))
  return ((first << 8) | second) % 10_000
}
