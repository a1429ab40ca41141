import { deepEqual, ok } from 'node:assert/strict'

import { SmallMarket } from '../../../apps/nightmarket/src/testing/small-market.ts'
import type { SmallStock } from '../../../apps/nightmarket/src/testing/small-show.ts'

/** More than any journey sells. */
const STOCK = { blue: 4_000, red: 4_000 } as const

/** Who may sell and give back at the tills of a market. */
export interface Steward {
  readonly name: string
  readonly pin: string
  readonly operatorId: string
}

/** Open a market of real processes whose tills have a steward, Ada. */
export async function openTillMarket(stock: SmallStock = STOCK): Promise<TillMarket> {
  const market = await SmallMarket.open(stock)
  const added = await market
    .ask<Omit<Steward, 'name'>>('operator', 'add', 'Ada', '--role', 'steward')
    .catch(async (error) => {
      await market[Symbol.asyncDispose]()
      throw error
    })
  return new TillMarket(market, { name: 'Ada', ...added })
}

/** A market as a till's journey needs it: codes for tills, and what the books say of sales. */
export class TillMarket implements AsyncDisposable {
  readonly market: SmallMarket
  readonly steward: Steward

  constructor(market: SmallMarket, steward: Steward) {
    this.market = market
    this.steward = steward
  }

  get edgeUrl(): string {
    return this.market.edgeUrl
  }

  /** A code for one till, and the address that opens its page with it. */
  enrolment(name: string, ...more: readonly string[]) {
    return this.market.ask<{ readonly code: string; readonly url: string }>(
      'enrol',
      '--till',
      '--name',
      name,
      ...more,
    )
  }

  /** Where the books have each of these orders; every one is booked at most once. */
  async booked(orderIds: readonly string[]): Promise<readonly string[]> {
    const { orders } = await this.market.ask<Orders>('orders', '--limit', '200')
    return orderIds.map((id) => {
      const found = orders.filter(({ orderId }) => orderId === id)
      ok(found.length <= 1, `${id} is booked once`)
      return found[0]?.state ?? 'missing'
    })
  }

  /** Wait until the books have all of these orders in one state. */
  async untilBooked(orderIds: readonly string[], state: string): Promise<void> {
    for (;;) {
      const states = await this.booked(orderIds)
      if (states.every((each) => each === state)) return
    }
  }

  /** The kinds of everything that waits for a person. */
  async mismatches(): Promise<readonly string[]> {
    const { mismatches } = await this.market.ask<Mismatches>('reconcile', '--no-run')
    return mismatches.map(({ kind }) => kind).sort()
  }

  /** Make a sale whose payment was refused good with a voucher, once. */
  async rescueByVoucher(orderId: string, amount: string): Promise<string> {
    await this.market.ask('orders', 'rescue', orderId, '--voucher', amount)
    const { code } = await this.market.ask<{ readonly code: string }>('voucher', orderId)
    return code
  }

  /** Every journal, receipt, unit and cent of the market holds. */
  async nothingIsOff(): Promise<void> {
    const { violations } = await this.market.ask<{ violations: unknown[] }>('verify')
    deepEqual(violations, [])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.market[Symbol.asyncDispose]()
  }
}

interface Mismatches {
  readonly mismatches: readonly { readonly kind: string }[]
}

interface Orders {
  readonly orders: readonly { readonly orderId: string; readonly state: string }[]
}
