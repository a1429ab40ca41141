import type { Log } from '@nightmarket/http'

import { EXIT } from '../problem.ts'
import { stopWithParent } from './parent-end.ts'

/** Exit codes of a process that was cut by a second signal: 128 and its number. */
const CUT_CODES = { SIGINT: 130, SIGTERM: 143 } as const

/**
 * How soon after the first a signal is the same one again: a terminal tells every process of its
 * group, and npm and our own launcher pass on what they get.
 */
const SAME_SIGNAL_MS = 500

/** The end of a process, as its signals and defects bring it about. */
export interface Ending {
  /** Resolves with the first SIGTERM or SIGINT. A second one ends the process at once. */
  readonly stopped: Promise<'SIGTERM' | 'SIGINT'>
  /** This program is wrong: nothing more is decided in this process. The journals are intact. */
  readonly onDefect: (error: unknown) => void
}

/** Listen for signals and for errors that nobody caught. Once per process. */
export function listenForEnd(log: Log): Ending {
  const { promise, resolve } = Promise.withResolvers<'SIGTERM' | 'SIGINT'>()
  let stoppingSinceMs: number | null = null
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      stoppingSinceMs ??= performance.now()
      if (performance.now() - stoppingSinceMs >= SAME_SIGNAL_MS) process.exit(CUT_CODES[signal])
      resolve(signal)
    })
  }
  stopWithParent()
  const onDefect = (error: unknown) => {
    log.error({ err: error }, 'stopped by a defect; what was accepted is in the journal')
    process.exit(EXIT.defect)
  }
  process.on('uncaughtException', onDefect)
  process.on('unhandledRejection', onDefect)
  return { stopped: promise, onDefect }
}
