import type { OrderAccepted, OrderRecord, StallState, VariantId } from '@nightmarket/kernel'

import { shortCode } from './standing-view.ts'

/** One line of a sale, as it is read out. */
export interface BoughtLine {
  readonly variantId: VariantId
  readonly title: string
  readonly quantity: number
  readonly sumMinor: number
}

/** What was bought, by the names of the release it was sold under. [TV24] */
export function boughtLines(state: StallState, order: OrderAccepted): readonly BoughtLine[] {
  const variants = state.releases.get(order.pin.releaseId)?.index.variants
  return order.lines.map(({ variantId, quantity, unitPriceMinor }) => ({
    variantId,
    title: variants?.get(variantId)?.title ?? variantId,
    quantity,
    sumMinor: quantity * unitPriceMinor,
  }))
}

/**
 * Sales that a typed code means: their short code begins with it, or it is the whole order id, as a
 * scanned receipt brings it. [TV24]
 */
export function findSales(
  sales: readonly OrderRecord[],
  typed: string,
): readonly OrderRecord[] {
  const code = typed.replaceAll(/[^0-9a-z]/gi, '').toUpperCase()
  return sales.filter(({ order: { orderId } }) => {
    const whole = orderId.replaceAll('-', '').toUpperCase()
    return shortCode(orderId).startsWith(code) || whole === code
  })
}
