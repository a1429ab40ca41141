import type { Report } from '../command-line/command.ts'
import { EXIT } from '../problem.ts'
import { count, counted, money } from '../terminal/format.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { violationLines } from '../verify/verify-text.ts'
import type { Conclusion } from './conclude.ts'
import type { RushResult } from './run-rush.ts'
import type { Tally } from './tally.ts'

/** The counts that every report of a rush has, in the names that machines read. */
export function rushCounts(tally: Tally, conclusion: Conclusion) {
  const { outcomes, promises } = tally
  const { money: books, verify, standing } = conclusion
  const { rescue } = books
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
    rescued: rescue.paid + rescue.released,
    rescue,
    refunded: books.refunds,
    oversold: verify.oversold ?? 0,
    lost: verify.lost + promises.broken.length,
    mismatches: books.mismatches,
    openOrders: standing.openOrders,
    unitsStranded: conclusion.unitsStranded,
    ordersPerSecond: tally.ordersPerSecond(),
    p50Ms: taps.p50Ms,
    p95Ms: taps.p95Ms,
    p99Ms: taps.p99Ms,
    maxMs: taps.maxMs,
    offersP99Ms: tally.offers.summary().p99Ms,
    repeats: tally.repeats,
    verified: isVerified(tally, conclusion),
  }
}

/** Whether every promise was kept: nothing lost, nothing sold twice, no violation anywhere. */
export function isVerified(tally: Tally, { verify }: Conclusion): boolean {
  return verify.verified && tally.promises.broken.length === 0
}

/** What a rush came to, for people and machines. */
export function rushReport(result: RushResult, terminal: Terminal): Report {
  const { options, tally, conclusion, troubles, startMs } = result
  const { units, buyers, edges, concurrency, seed } = options
  const counts = rushCounts(tally, conclusion)
  const { verify } = conclusion
  const { checks } = verify
  const broken = tally.promises.broken.slice(0, 100)
  const json = { units, buyers, edges, concurrency, seed, ...counts, troubles, startMs, broken, checks }
  const lines = [
    heading(counts, options, terminal),
    '',
    ...table([
      ['Sold', `${count(counts.accepted)} of ${counted(units, 'unit')}, each with a receipt that was checked`],
      ['Too late', `${count(counts.soldOut)} were told that nothing is left`],
      ['Line', `${count(counts.queued)} stood in line; ${count(counts.waiting)} still do, ${count(counts.left)} left`],
      ['Refused', refusalText(tally)],
      ['Payments', paymentText(conclusion)],
      ['Stranded', `${counted(counts.unitsStranded, 'unit')} unsold although somebody was refused`],
      ['Speed', `${count(counts.ordersPerSecond)} orders a second while selling`],
      ['A tap', `p50 ${counts.p50Ms} ms, p95 ${counts.p95Ms} ms, p99 ${counts.p99Ms} ms, longest ${counts.maxMs} ms`],
      ['Repeats', `${count(counts.repeats)} taps were sent again with the same id`],
      ['Open', `${counted(counts.openOrders, 'order')}, ${counted(counts.mismatches, 'mismatch', 'mismatches')}`],
      ['Oversold', count(counts.oversold)],
      ['Lost', count(counts.lost)],
    ]),
    '',
    verdict(counts.verified, conclusion, terminal),
  ]
  const text = [...lines, ...problemLines(tally, conclusion)].join('\n')
  return { json, text, exitCode: counts.verified ? 0 : EXIT.failed }
}

function heading(
  { accepted }: { readonly accepted: number },
  { buyers, edges }: RushResult['options'],
  terminal: Terminal,
): string {
  const text = `${counted(buyers, 'buyer')} at ${counted(edges, 'edge')}: ${counted(accepted, 'order')}`
  return terminal.paint('bold', text)
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
export function problemLines(tally: Tally, { verify }: Conclusion): readonly string[] {
  const broken = tally.promises.broken.map(({ orderId, detail }) => `  order ${orderId}: ${detail}`)
  return [...broken, ...violationLines(verify.checks)]
}

/** Two columns: what, and how much. */
export function table(rows: readonly (readonly [string, string])[]): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)
}
