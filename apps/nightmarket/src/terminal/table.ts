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
}

/** The longest a cell is shown; the end of a longer one is left out. */
const CELL_LENGTH_MAX = 60

/** Lay rows out in columns, for people. Control characters of others never reach the screen. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  terminal: Pick<Terminal, 'paint'>,
): string {
  const cells = rows.map((row) => columns.map((column) => clean(column.cell(row))))
  const widths = columns.map(({ title }, index) =>
    Math.max(title.length, ...cells.map((line) => widthOf(line[index] ?? ''))),
  )
  const place = (cell: string, index: number) =>
    pad(cell, widths[index] ?? 0, columns[index]?.align)
  const heading = columns.map(({ title }, index) => place(title, index)).join('  ')
  const lines = rows.map((row, at) =>
    columns
      .map(({ paint }, index) => {
        const placed = place(cells[at]?.[index] ?? '', index)
        const chosen = paint?.(row) ?? null
        return chosen === null ? placed : terminal.paint(chosen, placed)
      })
      .join('  ')
      .trimEnd(),
  )
  return [terminal.paint('dim', heading.trimEnd()), ...lines].join('\n')
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
