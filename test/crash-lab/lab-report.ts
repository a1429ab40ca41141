/**
 * How a part of the lab ended.
 *
 * - `kept`: everything that was promised is there, and its controls failed as they must.
 * - `broken`: a promise was broken; the findings say which.
 * - `void`: a control that must lose lost nothing, so that the part shows nothing.
 * - `not_run`: this machine does not allow it; the findings say why.
 */
export type LabVerdict = 'kept' | 'broken' | 'void' | 'not_run'

/** What one part of the lab did and found. */
export interface LabReport {
  readonly part: string
  readonly verdict: LabVerdict
  /** What was counted, by its name: `kills per minute`. */
  readonly figures: Readonly<Record<string, number>>
  /** One sentence for each thing that went wrong, the seed in it where there is one. */
  readonly findings: readonly string[]
}

/** What every part of the lab is told. */
export interface LabRun {
  /** Say how far it is, in a line that may replace the one before. */
  readonly progress: (text: string) => void
  /** Aborts when the lab is to end early; what was made is removed all the same. */
  readonly stopped: AbortSignal
  /** The dice of this run, from its seed. */
  readonly dice: () => number
}

/** The exit code of a run: one for anything broken or void. What could not run is said, no more. */
export function exitCodeOf(reports: readonly LabReport[]): 0 | 1 {
  return reports.some(({ verdict }) => verdict === 'broken' || verdict === 'void') ? 1 : 0
}

/** A report for people, one part a paragraph. */
export function describeReport({ part, verdict, figures, findings }: LabReport): string {
  const words = { kept: 'kept', broken: 'BROKEN', void: 'VOID', not_run: 'did NOT run' }[verdict]
  const counted = Object.entries(figures).map(([name, figure]) => `${format(figure)} ${name}`)
  const told = findings.slice(0, FINDINGS_MAX).map((finding) => `\n  ${finding}`)
  const more = findings.length - told.length
  const rest = more > 0 ? `\n  and ${more} more` : ''
  return `${part}: ${[words, ...counted].join(', ')}${told.join('')}${rest}`
}

/** The most findings that are told to a person. */
const FINDINGS_MAX = 20

function format(figure: number): string {
  return Math.round(figure).toLocaleString('en')
}
