import { assert } from '../assert.ts'
import type { CountId, ItemId, OperatorId } from '../id.ts'
import type { Currency } from '../money.ts'
import type { Decision, StallCommand } from './command.ts'
import { refuses, says } from './decision.ts'
import type { StallState } from './state.ts'

/**
 * Money in the drawer, as a person counted or moved it.
 *
 * `opening` and `count` say what is there; `in` and `out` say what was put in or taken out besides
 * sales. `expectedMinor` is what the journal made of it just before: the difference is on record.
 */
export interface CashCounted {
  readonly countId: CountId
  readonly kind: 'opening' | 'count' | 'in' | 'out'
  readonly amountMinor: number
  readonly expectedMinor: number
  readonly currency: Currency
  readonly operatorId: OperatorId
  readonly why: string
}

/** Units of an item that a person counted at this node, beside what the journal says is here. */
export interface StockCounted {
  readonly countId: CountId
  readonly itemId: ItemId
  readonly quantity: number
  readonly expectedQuantity: number
  readonly operatorId: OperatorId
  readonly why: string
}

/** What should be in the drawer, and how it was counted last. */
export interface Drawer {
  expectedMinor: number
  lastCount: CashCounted | null
}

/** Journal what a person counted or moved in the drawer. [CO1] */
export function countCash(
  state: StallState,
  { count }: Extract<StallCommand, { readonly type: 'count_cash' }>,
): Decision {
  if (state.counts.has(count.countId)) return says({ status: 'done' })
  const currency = state.active?.index.release.currency
  if (currency === undefined) return refuses({ code: 'not_selling', reason: 'no_release' })
  assert(Number.isSafeInteger(count.amountMinor) && count.amountMinor >= 0, 'money is counted')
  const body: CashCounted = {
    amountMinor: count.amountMinor,
    countId: count.countId,
    currency,
    expectedMinor: state.drawer.expectedMinor,
    kind: count.kind,
    operatorId: count.operatorId,
    why: count.why,
  }
  return { events: [{ type: 'cash.counted', body }], answer: { status: 'done' } }
}

/** Journal how many units of an item a person counted. It moves none: the core compares. [CO2] */
export function countStock(
  state: StallState,
  { count }: Extract<StallCommand, { readonly type: 'count_stock' }>,
): Decision {
  if (state.counts.has(count.countId)) return says({ status: 'done' })
  assert(Number.isSafeInteger(count.quantity) && count.quantity >= 0, 'units are counted')
  const body: StockCounted = {
    countId: count.countId,
    expectedQuantity: unitsHere(state, count.itemId),
    itemId: count.itemId,
    operatorId: count.operatorId,
    quantity: count.quantity,
    why: count.why,
  }
  return { events: [{ type: 'stock.counted', body }], answer: { status: 'done' } }
}

/** Units of an item that should lie at this node: unsold or set aside, over all drops. */
export function unitsHere(state: StallState, itemId: ItemId): number {
  let units = 0
  for (const pool of state.pools.values()) {
    if (pool.itemId === itemId) units += pool.unsold + pool.held
  }
  return units
}
