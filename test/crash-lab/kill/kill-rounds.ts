import { setTimeout as delay } from 'node:timers/promises'

import type { BooksDatabase } from '@nightmarket/core'

import { EDGE_FILES } from '../../../apps/nightmarket/src/market/edge-folder.ts'
import { MARKET_FILES } from '../../../apps/nightmarket/src/market/market-folder.ts'
import { openBooksToRead } from '../../../apps/nightmarket/src/rush/market-progress.ts'
import { CrashMarket } from '../../crash/crash-market.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { findBroken, findForgotten, findOversold, readMarks } from './kept-so-far.ts'

/** After so many kills a market is closed, verified as a whole, and a new one opens. */
const KILLS_A_ROUND_MAX = 400

const EDGES = 3
const PER_SECOND = 90
const UNITS = 6_000

/** A process is killed at a random moment of this long after it was ready again. */
const LIVES_MS_MAX = 400

interface Killed {
  kills: number
  coreKills: number
  readonly findings: string[]
}

/** How long the killing goes on: so many kills, or until a moment, whichever comes first. */
export interface KillPlan {
  readonly kills: number
  readonly untilMs: number
}

/** Kill the core and the edges of real markets under load, and look after each kill. */
export async function killAgainAndAgain(plan: KillPlan, run: LabRun): Promise<LabReport> {
  const killed: Killed = { kills: 0, coreKills: 0, findings: [] }
  const figures = { accepted: 0, repeats: 0, lost: 0, oversold: 0, rounds: 0 }
  let killingMs = 0
  const mayGoOn = () =>
    killed.kills < plan.kills && performance.now() < plan.untilMs && !run.stopped.aborted
  while (mayGoOn()) {
    const seed = Math.floor(run.dice() * 2 ** 32)
    const options = { edges: EDGES, units: UNITS, perSecond: PER_SECOND, seed }
    await using crash = await CrashMarket.open(options)
    const startedMs = performance.now()
    await killInRound(crash, killed, mayGoOn, run)
    killingMs += performance.now() - startedMs
    run.progress(`${killed.kills} kills; closing round ${figures.rounds + 1} and verifying it`)
    const found = await conclude(crash, seed)
    killed.findings.push(...found.findings)
    figures.rounds += 1
    figures.accepted += crash.tally.promises.count
    figures.repeats += crash.tally.repeats
    figures.lost += found.lost
    figures.oversold += found.oversold
  }
  const { kills, coreKills, findings } = killed
  const perMinute = kills / Math.max(1 / 60, killingMs / 60_000)
  return {
    part: 'kill -9',
    verdict: findings.length === 0 ? 'kept' : 'broken',
    figures: {
      kills,
      'of the core': coreKills,
      'of edges': kills - coreKills,
      'kills a minute': perMinute,
      'markets verified': figures.rounds,
      'orders accepted': figures.accepted,
      'requests repeated': figures.repeats,
      'orders lost': figures.lost,
      'units oversold': figures.oversold,
    },
    findings,
  }
}

/** Kill everything that keeps a promise, each at moments of its own, until the round is over. */
async function killInRound(
  crash: CrashMarket,
  killed: Killed,
  mayGoOn: () => boolean,
  run: LabRun,
): Promise<void> {
  await using books = openBooksToRead(crash.market.books)
  const killedBefore = killed.kills
  const isOn = () => mayGoOn() && killed.kills - killedBefore < KILLS_A_ROUND_MAX
  const count = () => {
    killed.kills += 1
    const { kills, findings } = killed
    run.progress(`${kills} kills, ${crash.tally.promises.count} orders, ${findings.length} broken`)
  }
  const killEdge = async (index: number) => {
    while (isOn()) {
      killed.findings.push(...(await killEdgeOnce(crash, index)))
      count()
    }
  }
  const killCore = async () => {
    while (isOn()) {
      killed.findings.push(...(await killCoreOnce(crash, books)))
      killed.coreKills += 1
      count()
    }
  }
  await Promise.all([killCore(), ...crash.market.edges.map((_, index) => killEdge(index))])
}

async function killEdgeOnce(crash: CrashMarket, index: number): Promise<readonly string[]> {
  const edge = crash.market.edges[index]
  if (edge === undefined) throw new Error('there is an edge')
  await crash.killOnce(edge.server, LIVES_MS_MAX)
  const promised = [...crash.tally.promises.accepted].filter((promise) => promise.edge === index)
  await edge.server.restart()
  const folder = MARKET_FILES.edge(crash.market.folder, edge.server.name)
  return findBroken(EDGE_FILES.journal(folder), promised)
}

async function killCoreOnce(crash: CrashMarket, books: BooksDatabase): Promise<readonly string[]> {
  await delay(LIVES_MS_MAX / 4)
  const before = await readMarks(books)
  await crash.killOnce(crash.market.core, LIVES_MS_MAX)
  const after = await readMarks(books)
  const oversold = await findOversold(books)
  await crash.market.core.restart()
  return [...findForgotten(before, after), ...oversold]
}

async function conclude(crash: CrashMarket, seed: number) {
  const { verify, isSettled, standing } = await crash.conclude()
  const findings = verify.checks.flatMap(({ id, violations }) =>
    violations.map(({ subject, problem }) => `seed ${seed}: ${id}: ${subject}: ${problem}`),
  )
  for (const { orderId, detail } of crash.tally.promises.broken) {
    findings.push(`seed ${seed}: order ${orderId}: ${detail}`)
  }
  if (!isSettled) findings.push(`seed ${seed}: has not ended: ${JSON.stringify(standing)}`)
  if (crash.tally.promises.count === 0) findings.push(`seed ${seed}: nobody bought`)
  return { findings, lost: verify.lost, oversold: verify.oversold ?? 0 }
}
