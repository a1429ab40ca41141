import type { Report } from '../command-line/command.ts'
import { EXIT } from '../problem.ts'
import { paymentText, problemLines, refusalText, rushCounts, table, verdict } from '../rush/rush-report.ts'
import { count, counted } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { DemoResult } from './run-demo.ts'

/** What the evening came to, in words that a host understands, and for machines. */
export function demoReport(result: DemoResult, terminal: Terminal): Report {
  const { tally, conclusion, imported, units, buyers, ordersPerSecond, troubles, seconds } = result
  const counts = { ...rushCounts(tally, conclusion), ordersPerSecond }
  const { strikes } = result
  const json = {
    imported: imported.variants,
    products: imported.products,
    ...{ units, buyers, ...counts, troubles, strikes, seconds },
    checks: conclusion.verify.checks,
  }
  const lines = [
    terminal.paint('bold', `The evening in figures (${seconds} seconds of it)`),
    '',
    ...table([...peopleRows(result), ...moneyRows(result), ...promiseRows(counts)]),
    '',
    verdict(counts.verified, conclusion, terminal),
    ...problemLines(tally, conclusion),
  ]
  return { json, text: lines.join('\n'), exitCode: counts.verified ? 0 : EXIT.failed }
}

type Row = readonly [string, string]

function peopleRows({ tally, conclusion, units, buyers, ordersPerSecond }: DemoResult): readonly Row[] {
  const { accepted, soldOut, queued, waiting, left, p99Ms } = rushCounts(tally, conclusion)
  return [
    ['Came', `${counted(buyers, 'person', 'people')} for ${counted(units, 'unit')}`],
    ['Sold', `${counted(accepted, 'order')}, each with a receipt that was checked`],
    ['Too late', `${count(soldOut)} were told that nothing is left`],
    ['In line', `${count(queued)} waited their turn; ${count(left)} left, ${count(waiting)} still wait`],
    ['Refused', refusalText(tally)],
    ['Answers', `99 of 100 taps within ${p99Ms} ms; ${count(ordersPerSecond)} orders a second at the opening`],
  ]
}

function moneyRows(result: DemoResult): readonly Row[] {
  const { tally, conclusion, strikes, troubles } = result
  const { deferred } = rushCounts(tally, conclusion)
  const { vouchers, refunds } = conclusion.money
  const faults = Object.values(strikes).reduce((sum, each) => sum + each, 0)
  const cut = troubles.cut
  const meanwhile = cut === null ? 'nothing' : counted(cut.soldMeanwhile, 'order')
  return [
    ['Without uplink', `${meanwhile} accepted while the core was out of reach`],
    ['On trust', `${counted(deferred, 'order')} accepted before the payment was checked`],
    ['Money', paymentText(conclusion)],
    ['Made good', `${counted(refunds, 'refund')}, ${counted(vouchers, 'voucher')} to those who lost their unit`],
    ['Faults', `the processor failed or was late ${counted(faults, 'time')}`],
  ]
}

function promiseRows(counts: ReturnType<typeof rushCounts>): readonly Row[] {
  return [
    ['Open', `${counted(counts.openOrders, 'order')}, ${counted(counts.mismatches, 'mismatch', 'mismatches')}`],
    ['Sold twice', count(counts.oversold)],
    ['Lost', count(counts.lost)],
  ]
}
