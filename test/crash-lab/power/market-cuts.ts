import { basename, join } from 'node:path'

import { MARKET_FILES } from '../../../apps/nightmarket/src/market/market-folder.ts'
import { verifyMarket } from '../../../apps/nightmarket/src/verify/verify-market.ts'
import { CrashMarket } from '../../crash/crash-market.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { isStoreFault } from './is-store-fault.ts'
import { PowerDisk } from './power-disk.ts'

/** How long a market sells before its power goes, and between two cuts. */
const SELLS_MS = 1_500

/** The most receipts that are cut anew from each journal after each cut; held ones all count. */
const RECEIPTS_MAX = 200

/**
 * Cut the power of a whole machine, its core, its edges and all buyers' receipts: what is left on
 * the disk is verified, with every receipt that anybody holds.
 */
export async function cutMarketPower(cuts: number, run: LabRun): Promise<LabReport> {
  const figures = { cuts: 0, 'receipts held': 0, lost: 0, oversold: 0 }
  const findings: string[] = []
  await withMarket(true, run, async (crash, disk) => {
    for (; figures.cuts < cuts && !run.stopped.aborted; figures.cuts += 1) {
      const { held, lost, oversold, problems } = await cutOnce(crash, disk)
      figures['receipts held'] += held
      figures.lost += lost
      figures.oversold += oversold
      findings.push(...problems.map((problem) => `cut ${figures.cuts + 1}: ${problem}`))
      run.progress(`a whole machine: ${figures.cuts + 1} of ${cuts} cuts, ${figures.lost} lost`)
      await crash.powerOn()
    }
  })
  run.progress('a whole machine: control with a drive that is never flushed')
  const control = await withMarket(false, run, (crash, disk) => cutOnce(crash, disk))
  const isVoid = control.lost === 0
  if (isVoid) findings.push('The control with a drive that is never flushed lost nothing.')
  const isBroken = figures.lost + figures.oversold > 0 || findings.length > (isVoid ? 1 : 0)
  return {
    part: 'power: a whole machine',
    verdict: isVoid ? 'void' : isBroken ? 'broken' : 'kept',
    figures: { ...figures, 'lost by the control with a drive that is never flushed': control.lost },
    findings,
  }
}

interface MarketCut {
  readonly held: number
  readonly lost: number
  readonly oversold: number
  readonly problems: readonly string[]
}

async function withMarket<T>(
  flushes: boolean,
  run: LabRun,
  work: (crash: CrashMarket, disk: PowerDisk) => Promise<T>,
): Promise<T> {
  using disk = PowerDisk.create({ flushes })
  const seed = Math.floor(run.dice() * 2 ** 32)
  const options = { edges: 2, units: 5_000, perSecond: 300, parent: disk.path, seed }
  await using crash = await CrashMarket.open(options)
  return await work(crash, disk)
}

async function cutOnce(crash: CrashMarket, disk: PowerDisk): Promise<MarketCut> {
  const { market, tally } = crash
  await crash.powerOffWithin(SELLS_MS)
  using left = disk.cut()
  const held = [...tally.promises.accepted]
  const folder = join(left.path, basename(market.folder))
  const verifying = verifyMarket({
    folder,
    marketPublicKey: market.publicKey,
    books: { path: MARKET_FILES.books(folder) },
    receiptsMax: RECEIPTS_MAX,
    held,
  })
  const report = await verifying.catch((error) => notReadable(error))
  if (typeof report === 'string') {
    return { held: held.length, lost: held.length, oversold: 0, problems: [report] }
  }
  const problems = report.checks.flatMap(({ id, violations }) =>
    violations.map(({ subject, problem }) => `${id}: ${subject}: ${problem}`),
  )
  return { held: held.length, lost: report.lost, oversold: report.oversold ?? 0, problems }
}

/** What a store says that cannot be read any more: everything in it is lost. */
function notReadable(error: unknown): string {
  if (!isStoreFault(error)) throw error
  return error.message
}
