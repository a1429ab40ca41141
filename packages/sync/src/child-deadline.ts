import { WireFault } from './wire-fault.ts'

/**
 * Call the parent and stop waiting at the deadline, or when `ended` aborts, whether or not the wire
 * listens to its signal. Throws `WireFault`; an answer that comes later is ignored.
 */
export async function callWithDeadline<Answer>(
  limits: {
    readonly deadlineMs: number
    readonly ended: AbortSignal
    readonly setTimer: (delayMs: number, work: () => void) => () => void
  },
  call: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const { deadlineMs, ended, setTimer } = limits
  const leaving = new AbortController()
  const failed = Promise.withResolvers<never>()
  const fail = (code: WireFault['code'], message: string) => {
    failed.reject(new WireFault(code, message))
    leaving.abort()
  }
  const onEnded = () => fail('unreachable', 'The call was given up.')
  if (ended.aborted) throw new WireFault('unreachable', 'The call was given up.')
  ended.addEventListener('abort', onEnded, { once: true })
  const cancel = setTimer(deadlineMs, () => {
    fail('timeout', `The parent did not answer within ${deadlineMs} ms.`)
  })
  try {
    const answer = call(leaving.signal)
    answer.catch(() => undefined)
    return await Promise.race([answer, failed.promise])
  } finally {
    cancel()
    ended.removeEventListener('abort', onEnded)
  }
}
