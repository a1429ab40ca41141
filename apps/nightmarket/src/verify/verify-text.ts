import { count } from '../terminal/format.ts'
import { clean } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { Check } from './check.ts'

/** What each check holds against what, for people. */
const TITLES: Readonly<Record<string, string>> = {
  edge_journals: 'Edges’ journals: every entry chained and signed, and they fold into a stall',
  edge_receipts: 'Receipts: cut from the journals, and they prove their orders',
  journals_agree: 'The core’s copies are the edges’ journals, and every order is in the books',
  units_everywhere: 'No more units in live orders than exist, synced or not',
  receipts_held: 'Every receipt that was handed out: genuine, and its order is there',
  stock_conserved: 'Books: every unit is in exactly one place',
  units_oversold: 'Books: no item has more units in live orders than exist',
  journals_chained: 'Books: the journals as received chain, and end where their mark says',
  orders_kept: 'Books: every accepted order of every journal is there, as it was accepted',
  prices_pinned: 'Books: every price is one that its release promised',
  captured_once: 'Books: every order has its money once, and no more than its price',
  refunds_covered: 'Books: no refund beyond what was captured, none after a dispute',
  ledger_balanced: 'Books: the ledger balances to the cent',
  postings_match: 'Books: the ledger has what the payments came to',
  orders_end: 'Books: no order is open past its deadline',
  feeds_gapless: 'Books: what the nodes were told has no gap',
}

/** One line for each check: its sign, what it holds, and what it went through. */
export function checkLines(checks: readonly Check[], terminal: Terminal): readonly string[] {
  return checks.map((check) => {
    const isSound = check.violationCount === 0
    const sign = isSound ? terminal.paint('green', '✓') : terminal.paint('red', '✗')
    const covered = Object.entries(check.covered).map(([kind, times]) => {
      return `${count(times)} ${kind.replaceAll(/([A-Z])/g, ' $1').toLowerCase()}`
    })
    const through = covered.length === 0 ? 'nothing there yet' : covered.join(', ')
    return `${sign} ${TITLES[check.id] ?? check.id}\n    ${terminal.paint('dim', through)}`
  })
}

/** Every violation that is listed, each in a line that names its subject. */
export function violationLines(checks: readonly Check[]): readonly string[] {
  return checks.flatMap(({ id, violations, violationCount }) => {
    const lines = violations.map(({ subject, problem }) => {
      return `  ${id}: ${clean(subject, 120)}: ${clean(problem, 300)}`
    })
    const more = violationCount - violations.length
    return more > 0 ? [...lines, `  ${id}: and ${count(more)} more`] : lines
  })
}
