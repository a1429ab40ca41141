import { unitsOf, type ClipSale } from './sale.ts'

/** What makes a burst. */
export interface BurstTerms {
  /** Units are counted over so long. */
  readonly windowMs: number
  /** Fewer units within the window are no burst, however quiet it was before. */
  readonly unitsMin: number
  /** How many times the pace before it a burst has. */
  readonly factor: number
  /** The pace before is taken over so long. */
  readonly baselineMs: number
  /** A longer burst ends, and the next begins. */
  readonly lengthMsMax: number
}

/** What suits a show that sells a few hundred units. */
export const BURST_TERMS: BurstTerms = {
  windowMs: 10_000,
  unitsMin: 5,
  factor: 3,
  baselineMs: 300_000,
  lengthMsMax: 60_000,
}

/** A time in which far more was sold than just before. */
export interface Burst {
  readonly fromMs: number
  readonly toMs: number
  readonly units: number
}

/**
 * The bursts that are over at `nowMs`, oldest first. `sales` are in order of time and go back by
 * the baseline and the longest burst at least. The same sales give the same bursts. [CL5]
 */
export function findBursts(
  sales: readonly ClipSale[],
  nowMs: number,
  terms: BurstTerms = BURST_TERMS,
): readonly Burst[] {
  const bursts: Burst[] = []
  let open = null as Burst | null
  const units = countUnits(sales)
  for (const [index, { atMs }] of sales.entries()) {
    const recent = units.between(atMs - terms.windowMs, atMs)
    const before = units.between(atMs - terms.windowMs - terms.baselineMs, atMs - terms.windowMs)
    const pace = (before * terms.windowMs) / terms.baselineMs
    if (recent < Math.max(terms.unitsMin, terms.factor * pace)) continue
    if (open !== null && isSame(open, atMs, terms)) {
      open = { ...open, toMs: atMs, units: open.units + unitsOf(sales[index]!) }
      continue
    }
    if (open !== null) bursts.push(open)
    const fromMs: number = Math.max(units.firstAfter(atMs - terms.windowMs), (open?.toMs ?? -1) + 1)
    open = { fromMs, toMs: atMs, units: units.between(fromMs - 1, atMs) }
  }
  if (open !== null && nowMs - open.toMs >= terms.windowMs) bursts.push(open)
  return bursts
}

function isSame(open: Burst, atMs: number, { windowMs, lengthMsMax }: BurstTerms): boolean {
  return atMs - open.toMs < windowMs && atMs - open.fromMs < lengthMsMax
}

/** Units by time, by running sums. */
function countUnits(sales: readonly ClipSale[]) {
  const sums = [0]
  for (const sale of sales) sums.push(sums.at(-1)! + unitsOf(sale))
  /** How many sales there are up to a moment, that moment included. */
  const upTo = (atMs: number): number => {
    let [low, high] = [0, sales.length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (sales[middle]!.atMs <= atMs) low = middle + 1
      else high = middle
    }
    return low
  }
  return {
    /** Units after `fromMs` and up to `toMs`. */
    between: (fromMs: number, toMs: number) => sums[upTo(toMs)]! - sums[upTo(fromMs)]!,
    firstAfter: (atMs: number) => sales[upTo(atMs)]?.atMs ?? atMs,
  }
}
