import { effect, signal } from '@preact/signals'

/** Rolls of paper, by their columns of the printers' usual font. */
export const PAPERS = [
  { name: 'narrow', columns: 32 },
  { name: 'wide', columns: 48 },
] as const

const PAPER_KEY = 'nightmarket paper'

/** The paper in this till's printer, in columns. */
export const paperColumns = signal(Number(localStorage.getItem(PAPER_KEY) ?? PAPERS[1].columns))

effect(() => {
  localStorage.setItem(PAPER_KEY, String(paperColumns.value))
})
