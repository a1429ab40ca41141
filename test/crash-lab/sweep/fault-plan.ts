/**
 * How a call fails.
 *
 * - `refused`: it does nothing and says so, as a full disk does.
 * - `unanswered`: it does what was asked, and its caller hears a fault all the same.
 */
export type FaultForm = 'refused' | 'unanswered'

/** Which calls fail, counted from 1, and how. */
export interface FaultPlan {
  readonly failing: ReadonlySet<number>
  readonly form: FaultForm
}

/** One thing to do that the store is made to fail under. */
export interface Sweep {
  readonly name: string
  /** Do it all under a plan; says how many calls there were, and what is wrong in the end. */
  readonly run: (plan: FaultPlan | null) => Promise<SweptRun>
}

/** How one run under a plan went. */
export interface SweptRun {
  readonly calls: number
  /** How many calls were made to fail. */
  readonly failed: number
  readonly findings: readonly string[]
}

/** What a sweep has been through. */
export interface SweepCount {
  readonly commands: number
  /** Calls of all commands when nothing fails. */
  readonly calls: number
  /** Runs in which at least one call failed. */
  readonly runs: number
  readonly findings: readonly string[]
}

const FORMS: readonly FaultForm[] = ['refused', 'unanswered']

/**
 * Fail every call of every command once, then that call and the one after it: also those that only
 * the first failure brings about, such as reading everything again. Goes on until the first call
 * that is never reached, so that nothing is left out.
 *
 * With `every` greater than one, only each so-maniest call is failed.
 */
export async function sweepAll(
  sweeps: readonly Sweep[],
  { every = 1, onRun, stopped }: {
    readonly every?: number
    readonly onRun: (count: SweepCount) => void
    readonly stopped: AbortSignal
  },
): Promise<SweepCount> {
  let count: SweepCount = { commands: 0, calls: 0, runs: 0, findings: [] }
  for (const sweep of sweeps) {
    const whole = await sweep.run(null)
    const findings = [...count.findings, ...whole.findings.map((text) => `${sweep.name}: ${text}`)]
    count = { ...count, commands: count.commands + 1, calls: count.calls + whole.calls, findings }
    for (const plan of plans(every)) {
      if (stopped.aborted) return count
      const swept = await sweep.run(plan.plan)
      if (swept.failed < plan.plan.failing.size) plan.isOver()
      if (swept.failed === 0) continue
      const under = `${sweep.name}, ${describePlan(plan.plan)}`
      const told = swept.findings.map((text) => `${under}: ${text}`)
      count = { ...count, runs: count.runs + 1, findings: [...count.findings, ...told] }
      onRun(count)
    }
  }
  return count
}

/** Each form, once and twice in a row, from the first call until one is not reached. */
function* plans(every: number): Iterable<{ plan: FaultPlan; isOver: () => void }> {
  for (const form of FORMS) {
    for (const times of [1, 2]) {
      let isOver = false
      for (let first = 1; !isOver; first += every) {
        const failing = new Set(Array.from({ length: times }, (_, index) => first + index))
        yield { plan: { failing, form }, isOver: () => (isOver = true) }
      }
    }
  }
}

function describePlan({ failing, form }: FaultPlan): string {
  return `call ${[...failing].join(' and ')} ${form}`
}
