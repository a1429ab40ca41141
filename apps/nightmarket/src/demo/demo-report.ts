import type { Report } from '../command-line/command.ts'
import { EXIT } from '../problem.ts'
import {
  conclusionCounts,
  paymentText,
  problemLines,
  refusalText,
  table,
  tallyCounts,
  unitsText,
  verdict,
  type Row,
} from '../rush/rush-report.ts'
import { count, counted } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import type { DemoResult } from './run-demo.ts'

/** What the evening came to, in words that a host understands, and for machines. */
export function demoReport(result: DemoResult, terminal: Terminal): Report {
  const { tally, conclusion, imported, units, buyers, troubles, seconds } = result
  const { verified, ...books } = conclusionCounts(tally, conclusion)
  const json = {
    imported: imported.variants,
    products: imported.products,
    units,
    buyers,
    ...tallyCounts(tally),
    ...books,
    verified,
    troubles,
    strikes: result.strikes,
    seconds,
    checks: conclusion.verify.checks,
  }
  const lines = [
    terminal.paint('bold', `The evening in figures (${seconds} seconds of it)`),
    '',
    ...table([...peopleRows(result), ...moneyRows(result), ...promiseRows(result)]),
    '',
    verdict(verified, conclusion, terminal),
    ...problemLines(tally, conclusion),
  ]
  return { json, text: lines.join('\n'), exitCode: verified ? 0 : EXIT.failed }
}

function peopleRows(result: DemoResult): readonly Row[] {
  const { tally, conclusion, units, buyers } = result
  const { accepted, soldOut, queued, waiting, left, p99Ms, ordersPerSecond } = tallyCounts(tally)
  return [
    ['Came', `${counted(buyers, 'person', 'people')} for ${counted(units, 'unit')}`],
    ['Sold', `${counted(accepted, 'order')}, each with a receipt that was checked`],
    ['With buyers', unitsText(conclusion, units)],
    ['Too late', `${count(soldOut)} were told that nothing is left`],
    ['In line', `${count(queued)} waited; ${count(left)} left, ${count(waiting)} still wait`],
    ['Refused', refusalText(tally)],
    ['Answers', `99 of 100 taps within ${p99Ms} ms`],
    ['Speed', `${count(ordersPerSecond)} orders in the busiest second`],
  ]
}

function moneyRows({ tally, conclusion, strikes, troubles }: DemoResult): readonly Row[] {
  const { vouchers, refunds } = conclusion.money
  const faults = Object.values(strikes).reduce((sum, each) => sum + each, 0)
  const sold = troubles.cut?.soldMeanwhile ?? 0
  return [
    ['Without uplink', `${counted(sold, 'order')} accepted while the core was out of reach`],
    ['On trust', `${counted(tally.deferred, 'order')} accepted before the payment was checked`],
    ['Money', paymentText(conclusion)],
    ['Made good', `${counted(refunds, 'refund')}, ${counted(vouchers, 'voucher')} for a lost unit`],
    ['Faults', `the processor failed or was late ${counted(faults, 'time')}`],
  ]
}

function promiseRows({ tally, conclusion }: DemoResult): readonly Row[] {
  const { openOrders, mismatches, oversold, lost } = conclusionCounts(tally, conclusion)
  return [
    ['Open', `${counted(openOrders, 'order')}, ${counted(mismatches, 'mismatch', 'mismatches')}`],
    ['Sold twice', counted(oversold, 'unit')],
    ['Lost', counted(lost, 'order')],
  ]
}
