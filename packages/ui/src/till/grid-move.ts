/** Where the focus is in a grid of buttons. `from` is -1 when it is outside. */
export interface GridPlace {
  readonly from: number
  readonly count: number
  readonly columns: number
}

/** Where a key moves the focus to; `null` when it moves nothing, or out of the grid. [SV9] */
export function moveInGrid(key: string, { from, count, columns }: GridPlace): number | null {
  if (from < 0) return null
  const steps: Readonly<Record<string, number>> = {
    ArrowLeft: from - 1,
    ArrowRight: from + 1,
    ArrowUp: from - columns,
    ArrowDown: from + columns,
    Home: 0,
    End: count - 1,
  }
  const to = steps[key] ?? -1
  return to >= 0 && to < count ? to : null
}
