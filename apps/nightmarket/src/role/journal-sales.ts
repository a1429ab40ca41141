import type { OrderAccepted, OrderId, SealedEntry } from '@nightmarket/kernel'
import type { ClipSale, ClipSales } from '@nightmarket/media/clip'
import type { Stall } from '@nightmarket/stall'

/** How many sales are remembered: a clip is about the last hours, not about last year. */
const SALES_MAX = 20_000

/** How many entries are read at once. */
const PAGE = 1_000

/**
 * What this edge sold of late, read off its own journal as it grows. Nothing that names a person
 * is kept, and an entry is read once it is on disk.
 */
export class JournalSales implements ClipSales, Disposable {
  readonly #stall: Stall
  readonly #sales: ClipSale[] = []
  readonly #stop: () => void
  #sequence: number
  #reading: Promise<void> | null = null

  constructor(stall: Stall, onFault: (error: unknown) => void) {
    this.#stall = stall
    this.#sequence = Math.max(0, stall.head.sequence - SALES_MAX)
    const read = () => void this.refresh().catch(onFault)
    this.#stop = stall.onDurable(read)
    read()
  }

  /** Read what the journal has got since. */
  refresh(): Promise<void> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null
    })
    return this.#reading
  }

  between(fromMs: number, toMs: number): readonly ClipSale[] {
    return this.#sales.filter(({ atMs }) => atMs >= fromMs && atMs < toMs)
  }

  order(orderId: string): ClipSale | null {
    if (!this.#stall.state.orders.has(orderId as OrderId)) return null
    return this.#sales.findLast((sale) => sale.orderId === orderId) ?? null
  }

  [Symbol.dispose](): void {
    this.#stop()
  }

  async #read(): Promise<void> {
    while (this.#sequence < this.#stall.head.sequence) {
      const entries = await this.#stall.read(this.#sequence, PAGE)
      const last = entries.at(-1)
      if (last === undefined) return
      this.#sequence = last.sequence
      this.#sales.push(...entries.flatMap(saleIn))
      if (this.#sales.length > SALES_MAX) this.#sales.splice(0, this.#sales.length - SALES_MAX)
    }
  }
}

/** Canonical JSON spells its members in one way only: most entries need no parsing. */
const SALE_MARK = '"type":"order.accepted"'

function saleIn({ text }: SealedEntry): readonly ClipSale[] {
  if (!text.includes(SALE_MARK)) return []
  const entry = JSON.parse(text) as {
    readonly atMs: number
    readonly type: string
    readonly body: OrderAccepted
  }
  if (entry.type !== 'order.accepted') return []
  const { orderId, dropId, lines } = entry.body
  const sold = lines.map(({ variantId, quantity }) => ({ variantId, quantity }))
  return [{ orderId, atMs: entry.atMs, dropId, lines: sold }]
}
