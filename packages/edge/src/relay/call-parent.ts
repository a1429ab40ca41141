/** How many calls may be under way, for how long. */
export interface RelayLimits {
  readonly callsMax: number
  readonly durationMs: number
  readonly setTimer: (delayMs: number, work: () => void) => () => void
  /** Aborts when the server is closing. */
  readonly closing: AbortSignal | null
  readonly underWay: { count: number }
}

/** What a call came to: the parent's answer, or why there is none. */
export type Called = { readonly answer: Response } | { readonly detail: string }

/** Call the parent within limits. A world that fails is an answer here, not a throw. */
export async function callParent(
  { callsMax, durationMs, setTimer, closing, underWay }: RelayLimits,
  asker: AbortSignal,
  call: (signal: AbortSignal) => Promise<Response>,
): Promise<Called> {
  if (underWay.count >= callsMax) return { detail: `${callsMax} calls are under way already.` }
  const late = new AbortController()
  const cancel = setTimer(durationMs, () => late.abort())
  underWay.count += 1
  try {
    const signals = closing === null ? [asker, late.signal] : [asker, late.signal, closing]
    return { answer: await call(AbortSignal.any(signals)) }
  } catch (error) {
    if (late.signal.aborted) return { detail: `The core did not answer within ${durationMs} ms.` }
    return { detail: `The core is out of reach: ${describe(error)}.` }
  } finally {
    underWay.count -= 1
    cancel()
  }
}

/** `fetch` hides the reason (`ECONNREFUSED` and the like) in the error's cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error.cause
  if (inner instanceof Error && inner.message !== '') return inner.message
  return error.message
}
