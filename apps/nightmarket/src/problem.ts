/** What went wrong, for a person: which thing, with which value, and what to do about it. */
export interface ProblemText {
  /** Stable, snake_case, for whoever reads `--json`. */
  readonly code: string
  /** One sentence that names the thing and the value. */
  readonly title: string
  /** More, when it helps; may have several lines. */
  readonly detail?: string
  /** What to do now. */
  readonly wayOut?: string
  /** What a program may want to know of the case. */
  readonly facts?: Readonly<Record<string, unknown>>
}

/** Exit codes. 70 is `EX_SOFTWARE`: this program is wrong, and says so. */
export const EXIT = { failed: 1, usage: 2, defect: 70 } as const

/** A failure that a person can do something about: printed without a stack. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: string
  readonly title: string
  readonly detail: string | null
  readonly wayOut: string | null
  readonly facts: Readonly<Record<string, unknown>>
  readonly exitCode: number

  constructor(text: ProblemText, options?: ErrorOptions & { readonly exitCode?: number }) {
    super(text.title, options)
    this.code = text.code
    this.title = text.title
    this.detail = text.detail ?? null
    this.wayOut = text.wayOut ?? null
    this.facts = text.facts ?? {}
    this.exitCode = options?.exitCode ?? EXIT.failed
  }
}

/** A command line that cannot be understood. */
export function usageProblem(text: ProblemText): Problem {
  return new Problem(text, { exitCode: EXIT.usage })
}
