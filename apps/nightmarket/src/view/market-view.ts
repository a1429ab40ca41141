import { count, relativeTime, shortId, time } from '../terminal/format.ts'
import { clean, table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** What the table of stock shows of an item. Units. */
export interface StockRow {
  readonly itemId: string
  readonly title: string | null
  readonly sku: string | null
  readonly onHand: number
  readonly free: number
  readonly outstanding: number
  readonly sold: number
  readonly writtenOff: number
}

/** Where the units are, item by item. */
export function stockTable(rows: readonly StockRow[], terminal: Terminal): string {
  return table(
    rows,
    [
      { title: 'ITEM', cell: ({ itemId }) => itemId },
      { title: 'TITLE', shortens: true, leavesAs: 2, cell: ({ title }) => title ?? '' },
      { title: 'SKU', leavesAs: 1, cell: ({ sku }) => sku ?? '' },
      { title: 'ON HAND', align: 'right', cell: ({ onHand }) => count(onHand) },
      { title: 'FREE', align: 'right', cell: ({ free }) => count(free) },
      { title: 'AT NODES', align: 'right', cell: ({ outstanding }) => count(outstanding) },
      { title: 'SOLD', align: 'right', cell: ({ sold }) => count(sold) },
      { title: 'LOST', align: 'right', cell: ({ writtenOff }) => count(writtenOff) },
    ],
    terminal,
  )
}

/** What the table of nodes shows of one. */
export interface NodeRow {
  readonly nodeId: string
  readonly kind: string
  readonly name: string
  readonly epoch: number
  readonly state: string
  readonly stateReason: string | null
  readonly seenAtMs: number | null
  readonly clockSkewMs: number | null
  readonly sequence: number
  readonly holds: number
}

/** Who sells for this market, and when they were last heard. */
export function nodesTable(rows: readonly NodeRow[], terminal: Terminal, nowMs: number): string {
  return table(
    rows,
    [
      { title: 'NAME', cell: ({ name }) => name },
      { title: 'NODE', cell: ({ nodeId }) => nodeId },
      { title: 'KIND', leavesAs: 1, cell: ({ kind }) => kind },
      { title: 'EPOCH', align: 'right', leavesAs: 2, cell: ({ epoch }) => String(epoch) },
      {
        title: 'STATE',
        cell: stateText,
        paint: ({ state }) => (state === 'active' ? 'green' : 'red'),
      },
      { title: 'SEEN', cell: (row) => seenText(row.seenAtMs, nowMs) },
      {
        title: 'CLOCK OFF',
        align: 'right',
        leavesAs: 3,
        cell: (row) => skewText(row.clockSkewMs),
      },
      { title: 'HOLDS', align: 'right', cell: ({ holds }) => count(holds) },
      { title: 'ENTRIES', align: 'right', leavesAs: 4, cell: ({ sequence }) => count(sequence) },
    ],
    terminal,
  )
}

function stateText({ state, stateReason }: NodeRow): string {
  return stateReason === null ? state : `${state} (${clean(stateReason, 30)})`
}

function seenText(seenAtMs: number | null, nowMs: number): string {
  return seenAtMs === null ? 'never' : relativeTime(seenAtMs, nowMs)
}

function skewText(skewMs: number | null): string {
  return skewMs === null ? '' : `${count(skewMs)} ms`
}

/** What the table of releases shows of one. */
export interface ReleaseRow {
  readonly releaseId: string
  readonly showId: string
  readonly title: string
  readonly createdAtMs: number
  readonly isActive: boolean
  readonly activations: readonly { readonly number: number; readonly reason: string }[]
}

/** Every release, the newest first, with the numbers it was current under. */
export function releasesTable(rows: readonly ReleaseRow[], terminal: Terminal): string {
  return table(
    rows,
    [
      { title: ' ', cell: ({ isActive }) => (isActive ? '●' : ' '), paint: () => 'green' },
      { title: 'RELEASE', cell: ({ releaseId }) => shortId(releaseId) },
      { title: 'SHOW', leavesAs: 2, cell: ({ showId }) => showId },
      { title: 'TITLE', shortens: true, cell: ({ title }) => title },
      { title: 'APPLIED', leavesAs: 1, cell: ({ createdAtMs }) => time(createdAtMs) },
      { title: 'NUMBERS', cell: ({ activations }) => activations.map(numberText).join(' ') },
    ],
    terminal,
  )
}

function numberText({ number, reason }: ReleaseRow['activations'][number]): string {
  return reason === 'rollback' ? `${number}↩` : String(number)
}

/** What the table of mismatches shows of one. */
export interface MismatchRow {
  readonly mismatchId: string
  readonly kind: string
  readonly owner: string
  readonly action: string
  readonly orderId: string | null
  readonly deadlineAtMs: number
}

/** What disagrees: whose it is, until when, and the one thing to do. */
export function mismatchesTable(
  rows: readonly MismatchRow[],
  terminal: Terminal,
  nowMs: number,
): string {
  return table(
    rows,
    [
      { title: 'MISMATCH', cell: ({ mismatchId }) => mismatchId },
      { title: 'WHOSE', cell: ({ owner }) => owner },
      { title: 'DO', cell: ({ action }) => action.replaceAll('_', ' ') },
      { title: 'UNTIL', cell: ({ deadlineAtMs }) => relativeTime(deadlineAtMs, nowMs) },
      { title: 'ORDER', leavesAs: 1, cell: ({ orderId }) => orderId ?? '' },
    ],
    terminal,
  )
}
