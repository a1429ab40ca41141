/** One accepted order, as far as clips need it. Nothing in it names a person. */
export interface ClipSale {
  readonly orderId: string
  readonly atMs: number
  readonly dropId: string
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[]
}

/** What was sold around a clip. */
export interface ClipProduct {
  readonly dropId: string
  readonly variantId: string
  readonly quantity: number
}

/** What was sold in a window, what sold most first. [CL4] */
export function productsOf(
  sales: readonly ClipSale[],
  window: { readonly fromMs: number; readonly toMs: number },
): readonly ClipProduct[] {
  const products = new Map<string, ClipProduct>()
  for (const { atMs, dropId, lines } of sales) {
    if (atMs < window.fromMs || atMs >= window.toMs) continue
    for (const { variantId, quantity } of lines) {
      const key = JSON.stringify([dropId, variantId])
      const before = products.get(key)?.quantity ?? 0
      products.set(key, { dropId, variantId, quantity: before + quantity })
    }
  }
  return [...products.values()].sort((a, b) => b.quantity - a.quantity)
}

/** How many units a sale took. */
export function unitsOf({ lines }: Pick<ClipSale, 'lines'>): number {
  return lines.reduce((sum, { quantity }) => sum + quantity, 0)
}
