import { Problem } from '../problem.ts'
import { stopWithParent } from '../role/parent-end.ts'

/** What ends a rush before its time: a signal from the person, or a part that died. */
export interface Stopping extends Disposable {
  readonly stopped: AbortSignal
  readonly stop: (problem: Problem) => void
}

/** Exit codes of a process that a signal ended. */
const CODES = { SIGINT: 130, SIGTERM: 143 } as const

/** Listen for Ctrl-C. A second one ends the process at once. */
export function listenForStop(): Stopping {
  const controller = new AbortController()
  const stop = (problem: Problem) => controller.abort(problem)
  const onSignal = (signal: keyof typeof CODES) => {
    if (controller.signal.aborted) process.exit(CODES[signal])
    const title = 'Stopped. Everything that was started is being ended.'
    stop(new Problem({ code: 'stopped', title }, { exitCode: CODES[signal] }))
  }
  process.on('SIGINT', onSignal)
  process.on('SIGTERM', onSignal)
  stopWithParent()
  return {
    stopped: controller.signal,
    stop,
    [Symbol.dispose]() {
      process.off('SIGINT', onSignal)
      process.off('SIGTERM', onSignal)
    },
  }
}
