import type { Log } from '@nightmarket/http'
import { createPinoLog, LOG_LEVEL_VARIABLE } from '@nightmarket/http/host'

/** How a process logs; crosses to worker threads. */
export interface LogOptions {
  /** Lines of JSON for machines. Otherwise warnings and errors only, as sentences. */
  readonly isJson: boolean
}

/** The log of one role, on standard error. */
export function createLog(name: string, { isJson }: LogOptions): Log {
  if (isJson) return createPinoLog({ name, level: process.env[LOG_LEVEL_VARIABLE] })
  return createPlainLog(name)
}

/** What a person at a terminal wants to hear: what went wrong, once, in a line. */
function createPlainLog(name: string): Log {
  const say = (facts: object, message: string) => {
    process.stderr.write(`${name}: ${message}${describe(facts)}\n`)
  }
  return { debug: () => undefined, info: () => undefined, warn: say, error: say }
}

function describe(facts: object): string {
  const parts = Object.entries(facts).map(([key, value]) => `${key} ${textOf(value)}`)
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`
}

function textOf(value: unknown): string {
  if (value instanceof Error) return value.message
  return typeof value === 'string' ? value : JSON.stringify(value)
}
