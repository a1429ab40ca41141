import type { Violation } from './chronicle.ts'
import type { UniverseOptions } from './options.ts'
import { optionsOf, type Span } from './options.ts'
import { runUniverse, type RunFields, type UniverseReport } from './universe.ts'

/** What is left of a universe when it has been run: plain data, small enough to be sent. */
export interface Summary {
  readonly options: UniverseOptions
  readonly digest: string
  readonly happenings: number
  readonly simulatedMs: number
  readonly marks: Readonly<Record<string, number>>
  readonly violations: readonly Violation[]
}

/** Run the universe of a seed and keep its summary. */
export async function summarize(
  seed: number,
  fields: RunFields = {},
  span: Span = 'evening',
): Promise<Summary> {
  return summaryOf(await runUniverse(optionsOf(seed, span), fields))
}

/** A report without its lines. */
export function summaryOf(report: UniverseReport): Summary {
  const { options, digest, happenings, simulatedMs, chronicle } = report
  const marks = Object.fromEntries(chronicle.marks)
  return { options, digest, happenings, simulatedMs, marks, violations: chronicle.violations }
}
