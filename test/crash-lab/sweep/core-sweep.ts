import { BooksFault, type BooksDatabase } from '../../../packages/core/src/index.ts'
import type { FaultPlan, Sweep, SweptRun } from './fault-plan.ts'
import type { SweptEngine } from './swept-engine.ts'

/** A command of the core: what has to be there first, the command, and how everything stands. */
export interface CoreCase<Market> {
  readonly name: string
  readonly prepare: (market: Market) => Promise<void>
  /** The command; repeated as it is until the books have answered it. */
  readonly act: (market: Market) => Promise<unknown>
}

/** A market of some kind on books: how it is made, what follows a command, and how it stands. */
export interface CoreBench<Market> {
  readonly open: (books: BooksDatabase) => Promise<Market>
  /** What happens by itself after a while, without a fault. */
  readonly settle: (market: Market) => Promise<void>
  /** Everything that must be the same whatever failed: without ids and times. */
  readonly describe: (market: Market) => Promise<readonly string[]>
  /** What does not hold in the books, whatever happened. */
  readonly audit: (market: Market) => Promise<readonly string[]>
  readonly close: (market: Market) => Promise<void>
}

/** How often a command is repeated at most. */
const REPEATS_MAX = 8

/** One sweep for each command, over every SQL statement that it runs. */
export function coreSweeps<Market>(
  bench: CoreBench<Market>,
  cases: readonly CoreCase<Market>[],
  engine: SweptEngine,
): readonly Sweep[] {
  return cases.map((command) => {
    let expected: readonly string[] | null = null
    return {
      name: `the core: ${command.name}`,
      async run(plan) {
        const { swept, standing } = await runOnce(bench, command, engine, plan)
        expected ??= standing
        return { ...swept, findings: [...swept.findings, ...differences(expected, standing)] }
      },
    }
  })
}

async function runOnce<Market>(
  bench: CoreBench<Market>,
  command: CoreCase<Market>,
  engine: SweptEngine,
  plan: FaultPlan | null,
): Promise<{ readonly swept: SweptRun; readonly standing: readonly string[] }> {
  await using books = await engine.openBooks()
  const market = await bench.open(books)
  try {
    await command.prepare(market)
    const { calls, failed } = await actUnder(engine, plan, () => command.act(market))
    await bench.settle(market)
    const findings = await bench.audit(market)
    return { swept: { calls, failed, findings }, standing: await bench.describe(market) }
  } finally {
    await bench.close(market)
  }
}

async function actUnder(
  engine: SweptEngine,
  plan: FaultPlan | null,
  act: () => Promise<unknown>,
): Promise<{ readonly calls: number; readonly failed: number }> {
  using driver = engine.failing(plan)
  for (let repeats = 1; ; repeats += 1) {
    try {
      await act()
      return { calls: driver.calls, failed: driver.failed }
    } catch (error) {
      if (!(error instanceof BooksFault) || repeats === REPEATS_MAX) throw error
    }
  }
}

function differences(expected: readonly string[], actual: readonly string[]): readonly string[] {
  const missing = expected.filter((line) => !actual.includes(line))
  const extra = actual.filter((line) => !expected.includes(line))
  if (missing.length + extra.length === 0 && expected.length === actual.length) return []
  return [`missing ${JSON.stringify(missing)}, there instead ${JSON.stringify(extra)}`]
}
