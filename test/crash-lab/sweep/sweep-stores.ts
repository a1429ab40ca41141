import type { LabReport, LabRun } from '../lab-report.ts'
import { PostgresUnavailable, startPostgres } from '../../../scripts/postgres.ts'
import { coreSweeps } from './core-sweep.ts'
import { sweepAll, type Sweep } from './fault-plan.ts'
import { FIELD_BENCH, FIELD_CASES } from './field-cases.ts'
import { MONEY_BENCH, MONEY_CASES } from './money-cases.ts'
import { stallSweeps } from './stall-sweep.ts'
import { SWEPT_SQLITE, sweptPostgres, type SweptEngine } from './swept-engine.ts'

/**
 * Fail every storage call of every command of the stall and of the core, once and twice in a row.
 * With `every` above 1, each so-maniest call only, which the report says.
 */
export async function sweepStores(every: number, run: LabRun): Promise<readonly LabReport[]> {
  return [
    await sweep("n-th call: the stall's journal", stallSweeps(), 1, run),
    await sweep("n-th statement: the core's SQL", booksSweeps(SWEPT_SQLITE), every, run),
  ]
}

/** The same of the core on PostgreSQL, which takes minutes: each run has its own connections. */
export async function sweepPostgres(every: number, run: LabRun): Promise<readonly LabReport[]> {
  const part = "n-th statement: the core's SQL on PostgreSQL"
  try {
    await using server = await startPostgres({ durable: false })
    const engine = sweptPostgres(await server.createDatabase('swept'))
    return [await sweep(part, booksSweeps(engine), every, run)]
  } catch (cause) {
    if (!(cause instanceof PostgresUnavailable)) throw cause
    return [{ part, verdict: 'not_run', figures: {}, findings: [cause.message] }]
  }
}

function booksSweeps(engine: SweptEngine): readonly Sweep[] {
  return [
    ...coreSweeps(FIELD_BENCH, FIELD_CASES, engine),
    ...coreSweeps(MONEY_BENCH, MONEY_CASES, engine),
  ]
}

async function sweep(
  part: string,
  sweeps: readonly Sweep[],
  every: number,
  run: LabRun,
): Promise<LabReport> {
  const { commands, calls, runs, findings } = await sweepAll(sweeps, {
    every,
    stopped: run.stopped,
    onRun: (count) => run.progress(`${part}: ${count.runs} runs, ${count.findings.length} broken`),
  })
  const counted = { commands, 'storage calls': calls, 'runs with a failed call': runs }
  const apart = { 'calls from one failed to the next': every }
  const figures = every === 1 ? counted : { ...counted, ...apart }
  return { part, verdict: findings.length === 0 ? 'kept' : 'broken', figures, findings }
}
