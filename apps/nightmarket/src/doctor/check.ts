/** What a check found. `warning` is worth knowing and stops nothing. */
export interface Finding {
  readonly state: 'ok' | 'warning' | 'failed'
  /** What was found, with its value. */
  readonly detail: string
  /** What to do; absent when nothing is wrong. */
  readonly wayOut?: string
}

/** One thing that must be so for a market to run well here. */
export interface Check {
  readonly name: string
  readonly run: () => Promise<Finding>
}

/** Nothing is wrong. */
export function sound(detail: string): Finding {
  return { state: 'ok', detail }
}

/** Worth knowing. */
export function warning(detail: string, wayOut: string): Finding {
  return { state: 'warning', detail, wayOut }
}

/** Must be put right. */
export function failed(detail: string, wayOut: string): Finding {
  return { state: 'failed', detail, wayOut }
}
