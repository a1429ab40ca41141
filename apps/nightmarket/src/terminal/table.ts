import { stripVTControlCharacters } from 'node:util'

import type { Paint, Terminal } from './terminal.ts'

/** A column of a table: its heading, and how a row's cell reads. */
export interface Column<Row> {
  readonly title: string
  readonly cell: (row: Row) => string
  /** Numbers and money stand at the right. */
  readonly align?: 'left' | 'right'
  /** How a cell stands out, once it is clean and in its place. */
  readonly paint?: (row: Row) => Paint | null
  /** Whether a narrow window may cut the ends of its cells. */
  readonly shortens?: boolean
  /** Whether a narrow window may do without it: the first to leave has 1. */
  readonly leavesAs?: number
}

/** The longest a cell is shown; the end of a longer one is left out. */
const CELL_LENGTH_MAX = 60

/** No cell is shortened to less. */
const SHORT_WIDTH = 16

/**
 * Lay rows out in columns, for people. Control characters of others never reach the screen. In a
 * window that is too narrow, what may be shortened or left out is, and what was left out is named.
 */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, 'paint' | 'width'>,
): string {
  const drawn = columns.map((column) => draw(rows, column))
  const { shown, left } = fit(drawn, terminal.width ?? Infinity)
  const heading = shown.map(({ column, width }) => pad(column.title, width, column.align))
  const lines = rows.map((row, at) =>
    shown
      .map(({ column, cells, width }) => {
        const placed = pad(cells[at] ?? '', width, column.align)
        const paint = column.paint?.(row) ?? null
        return paint === null ? placed : terminal.paint(paint, placed)
      })
      .join(GAP)
      .trimEnd(),
  )
  const note = left.length === 0 ? [] : [terminal.paint('dim', leftOutText(left))]
  return [terminal.paint('dim', heading.join(GAP).trimEnd()), ...lines, ...note].join('\n')
}

const GAP = '  '

/** A column with its cells and the width that they take. */
interface Drawn<Row> {
  readonly column: Column<Row>
  readonly cells: readonly string[]
  readonly width: number
}

function draw<Row>(rows: readonly Row[], column: Column<Row>): Drawn<Row> {
  const cells = rows.map((row) => clean(column.cell(row)))
  return { column, cells, width: Math.max(column.title.length, ...cells.map(widthOf)) }
}

/** Shorten what may be shortened; when that is not enough, leave out what is missed the least. */
function fit<Row>(drawn: readonly Drawn<Row>[], room: number) {
  const left: Drawn<Row>[] = []
  const order = drawn
    .filter(({ column }) => column.leavesAs !== undefined)
    .toSorted((a, b) => (a.column.leavesAs ?? 0) - (b.column.leavesAs ?? 0))
  for (;;) {
    const shown = shorten(
      drawn.filter((column) => !left.includes(column)),
      room,
    )
    const next = order[left.length]
    if (widthOfAll(shown) <= room || next === undefined) {
      return { shown, left: left.map(({ column }) => column.title) }
    }
    left.push(next)
  }
}

function shorten<Row>(drawn: readonly Drawn<Row>[], room: number): readonly Drawn<Row>[] {
  let excess = widthOfAll(drawn) - room
  return drawn.map((each) => {
    const spare = each.column.shortens === true ? Math.max(0, each.width - SHORT_WIDTH) : 0
    const less = Math.max(0, Math.min(spare, excess))
    excess -= less
    if (less === 0) return each
    const width = each.width - less
    return { ...each, width, cells: each.cells.map((cell) => clean(cell, width)) }
  })
}

function widthOfAll(drawn: readonly Drawn<never>[]): number {
  return drawn.reduce((sum, { width }) => sum + width, GAP.length * (drawn.length - 1))
}

function leftOutText(titles: readonly string[]): string {
  return `Not shown, for want of room: ${titles.join(', ')}. A wider window or --json shows all.`
}

/** Make outside text safe to show: no escape sequences, no line breaks, not endless. */
export function clean(text: string, lengthMax: number = CELL_LENGTH_MAX): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is taken out
  const flat = stripVTControlCharacters(text).replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
  return flat.length > lengthMax ? `${flat.slice(0, lengthMax - 1)}…` : flat
}

/** As many columns as a person counts letters: marks that combine take none. */
function widthOf(text: string): number {
  return Array.from(LETTERS.segment(text)).length
}

const LETTERS = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

function pad(text: string, width: number, align: 'left' | 'right' = 'left'): string {
  const space = ' '.repeat(Math.max(0, width - widthOf(text)))
  return align === 'right' ? space + text : text + space
}
