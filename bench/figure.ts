/** One measured thing beside the bare thing it is held against, medians of several rounds. */
export interface Figure {
  readonly name: string
  /** Of `value` and `bareValue`. */
  readonly unit: string
  readonly value: number
  /** What `bareValue` is; `null` where there is nothing barer. */
  readonly bare: string | null
  readonly bareValue: number | null
  /** `value / bareValue`, two decimals. */
  readonly ratio: number | null
  /** The aim that DESIGN sets, in words. */
  readonly aim: string | null
  /** Further figures of the same runs, such as percentiles. */
  readonly more: Readonly<Record<string, number>>
}

/** The middle of an odd number of rounds; of an even number, the lower of the two. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right)
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? Number.NaN
}

/** Put a figure together from rounds that alternated between the thing and the bare thing. */
export function figureOf(
  fields: Pick<Figure, 'name' | 'unit' | 'bare' | 'aim'> & {
    readonly values: readonly number[]
    readonly bareValues: readonly number[]
    readonly more?: Figure['more']
  },
): Figure {
  const { name, unit, bare, aim, values, bareValues, more = {} } = fields
  const value = round(medianOf(values))
  if (bareValues.length === 0) {
    return { name, unit, value, bare, bareValue: null, ratio: null, aim, more }
  }
  const ratios = values.map((one, index) => one / (bareValues[index] ?? Number.NaN))
  const ratio = Math.round(medianOf(ratios) * 100) / 100
  return { name, unit, value, bare, bareValue: round(medianOf(bareValues)), ratio, aim, more }
}

function round(value: number): number {
  return value >= 100 ? Math.round(value) : Math.round(value * 100) / 100
}
