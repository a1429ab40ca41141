import type { LabReport, LabRun } from '../lab-report.ts'
import { coreSweeps } from './core-sweep.ts'
import { sweepAll, type Sweep } from './fault-plan.ts'
import { FIELD_BENCH, FIELD_CASES } from './field-cases.ts'
import { MONEY_BENCH, MONEY_CASES } from './money-cases.ts'
import { stallSweeps } from './stall-sweep.ts'

/**
 * Fail every storage call of every command of the stall and of the core, once and twice in a row.
 * With `every` above 1, each so-maniest call only, which the report says.
 */
export async function sweepStores(every: number, run: LabRun): Promise<readonly LabReport[]> {
  const core = [
    ...coreSweeps(FIELD_BENCH, FIELD_CASES),
    ...coreSweeps(MONEY_BENCH, MONEY_CASES),
  ]
  return [
    await sweep("n-th call: the stall's journal", stallSweeps(), 1, run),
    await sweep("n-th statement: the core's SQL", core, every, run),
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
