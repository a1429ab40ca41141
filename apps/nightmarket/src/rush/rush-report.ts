import type { Report } from '../command-line/command.ts'
import { EXIT } from '../problem.ts'
import { count, counted, money } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { violationLines } from '../verify/verify-text.ts'
import type { Conclusion } from './conclude.ts'
import type { RushResult } from './run-rush.ts'
import type { Tally } from './tally.ts'

/** What buyers were told and how long it took, in the names that machines read. */
export function tallyCounts(tally: Tally) {
  const { outcomes, promises } = tally
  const taps = tally.taps.summary()
  return {
    accepted: promises.count,
    soldOut: outcomes.sold_out,
    waiting: outcomes.waiting,
    left: outcomes.left,
    declined: outcomes.declined,
    refused: outcomes.refused,
    refusals: Object.fromEntries(tally.refusals),
    unanswered: outcomes.unanswered,
    queued: tally.queued,
    deferred: tally.deferred,
    brokenPromises: promises.broken.length,
    ordersPerSecond: tally.ordersPerSecond(),
    p50Ms: taps.p50Ms,
    p95Ms: taps.p95Ms,
    p99Ms: taps.p99Ms,
    maxMs: taps.maxMs,
    offersP99Ms: tally.offers.summary().p99Ms,
    repeats: tally.repeats,
  }
}

/** What journals and books say of it. */
export function conclusionCounts(tally: Tally, conclusion: Conclusion) {
  const { money: books, verify, standing } = conclusion
  const { rescue } = books
  return {
    rescued: rescue.paid + rescue.released,
    rescue,
    refunded: books.refunds,
    oversold: verify.oversold ?? 0,
    lost: verify.lost + tally.promises.broken.length,
    mismatches: books.mismatches,
    openOrders: standing.openOrders,
    unitsWithBuyers: conclusion.unitsWithBuyers,
    unitsStranded: conclusion.unitsStranded,
    verified: isVerified(tally, conclusion),
  }
}

/** Whether every promise was kept: nothing lost, nothing sold twice, no violation anywhere. */
export function isVerified(tally: Tally, { verify }: Conclusion): boolean {
  return verify.verified && tally.promises.broken.length === 0
}

/** What a rush came to, for people and machines. */
export function rushReport(result: RushResult, terminal: Terminal): Report {
  const { tally, conclusion, troubles, startMs, buyers, edges, units, seed } = result
  const told = tallyCounts(tally)
  const books = conclusion === null ? null : conclusionCounts(tally, conclusion)
  const broken = tally.promises.broken.slice(0, 100)
  const checks = conclusion?.verify.checks ?? []
  const json = { units, buyers, edges, seed, ...told, ...(books ?? NO_BOOKS), troubles, startMs }
  const lines = [
    terminal.paint('bold', `${counted(buyers, 'buyer')} at ${counted(edges, 'edge')}`),
    '',
    ...table([...tallyRows(tally), ...(conclusion === null ? [] : bookRows(result, conclusion))]),
    '',
    ...(conclusion === null
      ? ['Not verified: name the market of this edge with --data DIR.']
      : [verdict(isVerified(tally, conclusion), conclusion, terminal)]),
    ...problemLines(tally, conclusion),
  ]
  const isSound = books === null ? told.brokenPromises === 0 : books.verified
  const exitCode = isSound ? 0 : EXIT.failed
  return { json: { ...json, broken, checks }, text: lines.join('\n'), exitCode }
}

/** What nobody can say without the market's folder. */
const NO_BOOKS = { verified: null, oversold: null, lost: null }

/** What buyers were told. */
export function tallyRows(tally: Tally): readonly Row[] {
  const { accepted, soldOut, queued, waiting, left, repeats, ...speed } = tallyCounts(tally)
  const { ordersPerSecond, p50Ms, p95Ms, p99Ms, maxMs } = speed
  return [
    ['Sold', `${counted(accepted, 'order')}, each with a receipt`],
    ['Too late', `${count(soldOut)} were told that nothing is left`],
    ['In line', `${count(queued)} waited; ${count(left)} left, ${count(waiting)} still wait`],
    ['Refused', refusalText(tally)],
    ['Speed', `${count(ordersPerSecond)} orders in the busiest second`],
    ['A tap', `p50 ${p50Ms} ms, p95 ${p95Ms} ms, p99 ${p99Ms} ms, longest ${maxMs} ms`],
    ['Repeated', `${counted(repeats, 'request')} sent again with the same id`],
  ]
}

function bookRows({ tally, units }: RushResult, conclusion: Conclusion): readonly Row[] {
  const counts = conclusionCounts(tally, conclusion)
  const { unitsStranded, openOrders, mismatches, oversold, lost } = counts
  return [
    ['With buyers', unitsText(conclusion, units)],
    ['Payments', paymentText(conclusion)],
    ['Stranded', `${counted(unitsStranded, 'unit')} unsold although somebody was refused`],
    ['Open', `${counted(openOrders, 'order')}, ${counted(mismatches, 'mismatch', 'mismatches')}`],
    ['Sold twice', counted(oversold, 'unit')],
    ['Lost', counted(lost, 'order')],
  ]
}

/** Where the units are; orders are more than units when some were sold again. */
export function unitsText(
  { money: books, unitsWithBuyers }: Conclusion,
  units: number | null,
): string {
  const again = books.rescue.released + books.refunds
  const of = units === null ? '' : ` of ${count(units)}`
  const now = `${count(unitsWithBuyers)}${of} units`
  return again === 0 ? now : `${now}; those of ${counted(again, 'order')} came back`
}

/** Why people were refused, the most frequent reason first. */
export function refusalText(tally: Tally): string {
  const { refused, declined, unanswered } = tally.outcomes
  const reasons = [...tally.refusals].toSorted((a, b) => b[1] - a[1])
  const parts = [
    ...reasons.map(([code, times]) => `${code.replaceAll('_', ' ')} ${count(times)}`),
    ...(declined > 0 ? [`card declined ${count(declined)}`] : []),
    ...(unanswered > 0 ? [`no answer ${count(unanswered)}`] : []),
  ]
  const total = count(refused + declined + unanswered)
  return parts.length === 0 ? 'nobody' : `${total}: ${parts.join(', ')}`
}

/** What became of the money, in the market's currency. */
export function paymentText({ money: books }: Conclusion): string {
  const { currency, capturedMinor, refundedMinor, refunds, rescue } = books
  const parts = [`${money(capturedMinor, currency)} taken`]
  const failed = rescue.paid + rescue.released + rescue.open
  if (failed > 0) {
    parts.push(
      `${count(failed)} failed after the sale (${count(rescue.paid)} paid another way, ` +
        `${count(rescue.released)} passed on)`,
    )
  }
  if (refunds > 0) parts.push(`${money(refundedMinor, currency)} refunded`)
  return parts.join(', ')
}

/** One line: whether it all holds, and what was gone through to say so. */
export function verdict(isSound: boolean, { verify }: Conclusion, terminal: Terminal): string {
  const covered = new Map<string, number>()
  for (const check of verify.checks) {
    for (const [kind, times] of Object.entries(check.covered)) {
      covered.set(kind, Math.max(times, covered.get(kind) ?? 0))
    }
  }
  const of = (kind: string) => covered.get(kind) ?? 0
  const through =
    `${counted(of('journals'), 'journal')} with ${counted(of('entries'), 'entry', 'entries')}, ` +
    `${counted(of('checkpoints'), 'signed checkpoint')}, ${counted(of('receipts'), 'receipt')}, ` +
    `${counted(of('orders'), 'order')}`
  const head = isSound
    ? terminal.paint('green', '✓ Verified.')
    : terminal.paint('red', '✗ Not verified.')
  return `${head} Gone through: ${through}.`
}

/** Every violation and every broken promise, named. */
export function problemLines(tally: Tally, conclusion: Conclusion | null): readonly string[] {
  const broken = tally.promises.broken.map(({ orderId, detail }) => `  order ${orderId}: ${detail}`)
  return [...broken, ...violationLines(conclusion?.verify.checks ?? [])]
}

/** A line of a report: what, and how much. */
export type Row = readonly [string, string]

/** Two columns. */
export function table(rows: readonly Row[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
