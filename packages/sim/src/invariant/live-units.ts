import type { ItemId, OrderLine, OrderState } from '@nightmarket/kernel'

/**
 * Which orders have units of their own, said once more and not taken from the kernel, so that a
 * table that is wrong there does not pass for right here.
 */
const WITHOUT_UNITS: ReadonlySet<OrderState> = new Set(['released', 'refunded', 'voided'])

/** Whether an order in this state keeps its units. */
export function keepsUnits(state: OrderState): boolean {
  return !WITHOUT_UNITS.has(state)
}

/** What one of each variant of the evening takes. */
const TAKES: Readonly<Record<string, Readonly<Record<string, number>>>> = {
  mug: { mug: 1 },
  print: { print: 1 },
  bundle: { mug: 2, print: 1 },
}

/** The units that lines come to, by item, whatever was set aside for them. */
export function unitsOfLines(lines: readonly OrderLine[]): ReadonlyMap<ItemId, number> {
  const units = new Map<ItemId, number>()
  for (const { variantId, quantity } of lines) {
    for (const [itemId, each] of Object.entries(TAKES[variantId] ?? {})) {
      units.set(itemId as ItemId, (units.get(itemId as ItemId) ?? 0) + each * quantity)
    }
  }
  return units
}
