import { count, counted, money, relativeTime, shortId, time } from '../terminal/format.ts'
import { clean, table } from '../terminal/table.ts'
import type { Paint, Terminal } from '../terminal/terminal.ts'

/** What the table of orders shows of one. */
export interface OrderRow {
  readonly orderId: string
  readonly state: string
  readonly nodeId: string
  readonly dropId: string
  readonly lines: readonly { readonly variantId: string; readonly quantity: number }[]
  readonly totalMinor: number
  readonly currency: string
  readonly method: string
  readonly acceptedAtMs: number
  readonly deadlineAtMs: number | null
  readonly isContested: boolean
  readonly reason: string | null
}

/** How an order stands out: done, waiting, or in need of a person. */
const PAINTS: Readonly<Record<string, Paint>> = {
  captured: 'green',
  fulfilled: 'green',
  rescue: 'red',
  disputed: 'red',
  unknown: 'yellow',
  refund_due: 'yellow',
  deferred: 'yellow',
}

/** A state in its colour. */
export function paintState(state: string, terminal: Terminal): string {
  const paint = PAINTS[state]
  return paint === undefined ? state : terminal.paint(paint, state)
}

/** Orders for people, one a line. */
export function ordersTable(
  orders: readonly OrderRow[],
  terminal: Terminal,
  nowMs: number,
): string {
  return table(
    orders,
    [
      { title: 'ORDER', cell: ({ orderId }) => orderId },
      {
        title: 'STATE',
        cell: ({ state }) => state,
        paint: ({ state }) => PAINTS[state] ?? null,
      },
      { title: 'TOTAL', align: 'right', cell: (row) => money(row.totalMinor, row.currency) },
      { title: 'PAID BY', leavesAs: 3, cell: ({ method }) => method },
      { title: 'WHAT', shortens: true, cell: (row) => linesText(row.lines) },
      { title: 'EDGE', leavesAs: 1, cell: ({ nodeId }) => shortId(nodeId) },
      { title: 'ACCEPTED', leavesAs: 2, cell: (row) => time(row.acceptedAtMs) },
      { title: 'ENDS', leavesAs: 4, cell: (row) => deadlineText(row.deadlineAtMs, nowMs) },
    ],
    terminal,
  )
}

/** `2 × harbour-mug:fog, 1 × tea-strainer`. */
export function linesText(lines: OrderRow['lines']): string {
  return lines.map(({ quantity, variantId }) => `${count(quantity)} × ${variantId}`).join(', ')
}

/** Counts by state under the table: `12 captured (€240.00)`. */
export function countsText(
  counts: readonly {
    readonly state: string
    readonly orders: number
    readonly totalMinor: number
    readonly currency: string
  }[],
): string {
  const parts = counts.map(
    ({ state, orders, totalMinor, currency }) =>
      `${count(orders)} ${state} (${money(totalMinor, currency)})`,
  )
  return parts.join(', ')
}

function deadlineText(deadlineAtMs: number | null, nowMs: number): string {
  return deadlineAtMs === null ? '' : relativeTime(deadlineAtMs, nowMs)
}

/** What the page of one order shows beside its row. */
export interface OrderPage extends OrderRow {
  readonly payments: readonly {
    readonly payKey: string
    readonly method: string
    readonly state: string
    readonly amountMinor: number
    readonly capturedMinor: number
    readonly refundedMinor: number
    readonly currency: string
    readonly chargeId: string | null
    readonly declineCode: string | null
  }[]
  readonly refunds: readonly {
    readonly refundId: string
    readonly state: string
    readonly amountMinor: number
    readonly currency: string
    readonly reason: string
  }[]
}

/** One order with its money, for people. */
export function orderPage(order: OrderPage, terminal: Terminal, nowMs: number): string {
  const { orderId, state, payments, refunds } = order
  const title = `${terminal.paint('bold', orderId)}  ${paintState(state, terminal)}`
  const paid = terminal.paint('bold', counted(payments.length, 'payment'))
  const parts = [
    `${title}\n${factLines(order, nowMs)}`,
    `${paid}\n${paymentsTable(order, terminal)}`,
  ]
  if (refunds.length > 0) {
    const head = terminal.paint('bold', counted(refunds.length, 'refund'))
    parts.push(`${head}\n${refundsTable(order, terminal)}`)
  }
  return parts.join('\n\n')
}

function factLines(order: OrderPage, nowMs: number): string {
  const facts: readonly (readonly [string, string])[] = [
    ['Total', money(order.totalMinor, order.currency)],
    ['Lines', linesText(order.lines)],
    ['Drop', order.dropId],
    ['Edge', order.nodeId],
    ['Accepted', time(order.acceptedAtMs)],
    ['Ends', deadlineText(order.deadlineAtMs, nowMs)],
    ['Reason', clean(order.reason ?? '').replaceAll('_', ' ')],
  ]
  return facts
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `  ${name.padEnd(9)} ${value}`)
    .join('\n')
}

function paymentsTable({ payments }: OrderPage, terminal: Terminal): string {
  return table(
    payments,
    [
      { title: 'PAY KEY', cell: ({ payKey }) => payKey },
      { title: 'BY', leavesAs: 2, cell: ({ method }) => method },
      { title: 'STATE', cell: ({ state, declineCode }) => `${state} ${declineCode ?? ''}` },
      { title: 'AMOUNT', align: 'right', cell: (row) => money(row.amountMinor, row.currency) },
      {
        title: 'CAPTURED',
        align: 'right',
        leavesAs: 3,
        cell: (row) => money(row.capturedMinor, row.currency),
      },
      { title: 'REFUNDED', align: 'right', cell: (row) => money(row.refundedMinor, row.currency) },
      { title: 'CHARGE', leavesAs: 1, cell: ({ chargeId }) => chargeId ?? '' },
    ],
    terminal,
  )
}

function refundsTable({ refunds }: OrderPage, terminal: Terminal): string {
  return table(
    refunds,
    [
      { title: 'REFUND', cell: ({ refundId }) => refundId },
      { title: 'STATE', cell: ({ state }) => state },
      { title: 'AMOUNT', align: 'right', cell: (row) => money(row.amountMinor, row.currency) },
      { title: 'WHY', shortens: true, cell: ({ reason }) => reason },
    ],
    terminal,
  )
}
