import { pino, type DestinationStream } from 'pino'

import type { Log } from '../observe.ts'

/** The environment variable that sets how much is logged: `debug` adds one line per request. */
export const LOG_LEVEL_VARIABLE = 'NIGHTMARKET_LOG_LEVEL'

const LEVELS: readonly string[] = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']

/**
 * Lines of JSON on standard error, so that standard output stays a command's own.
 *
 * Written without waiting for each other. An unknown level is `info`.
 */
export function createPinoLog(options: {
  /** What the process is: `edge`, `core`. */
  readonly name: string
  readonly level?: string | undefined
  readonly destination?: DestinationStream
}): Log {
  const { name, level = '' } = options
  const destination = options.destination ?? pino.destination({ dest: 2, sync: true })
  return pino(
    {
      name,
      level: LEVELS.includes(level) ? level : 'info',
      base: { name },
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: { paths: ['*.authorization', '*.token', '*.buyerId'], remove: true },
    },
    destination,
  )
}
