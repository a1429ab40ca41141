/** How many squares the clock at the top of the picture has, from edge to edge. */
export const CLOCK_CELLS = 20

/** The clock counts so many milliseconds, and begins again. */
export const CLOCK_MS = 2 ** 15

/**
 * The squares of a moment, `true` for white: one white and one black to tell a clock from any other
 * picture, fifteen bits of milliseconds, and three of their sum.
 */
export function clockCells(atMs: number): readonly boolean[] {
  const value = atMs % CLOCK_MS
  const bits = Array.from({ length: 15 }, (_, bit) => ((value >> bit) & 1) === 1)
  const sum = bits.reduce((total, isSet, bit) => total + (isSet ? bit + 1 : 0), 0)
  return [true, false, ...bits, ...[0, 1, 2].map((bit) => ((sum >> bit) & 1) === 1)]
}

/** The moment that squares show, within one turn of the clock; `null`: it is no clock. */
export function readClock(cells: readonly boolean[]): number | null {
  const value = cells.slice(2, 17).reduce((sum, isSet, bit) => sum + (isSet ? 2 ** bit : 0), 0)
  const isClock = clockCells(value).every((isSet, at) => isSet === cells[at])
  return isClock ? value : null
}

/** How long ago a moment of the clock was. */
export function clockAge(nowMs: number, valueMs: number): number {
  return (((nowMs - valueMs) % CLOCK_MS) + CLOCK_MS) % CLOCK_MS
}
