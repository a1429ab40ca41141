import { appendFile, readFile, rename, stat } from 'node:fs/promises'

import type { DecisionLog, OfferDecision } from '../offer/decision.ts'

/** How large the file becomes before it is put aside; there are two, so twice that in all. */
export const DECISION_BYTES_MAX = 8 * 1024 * 1024

/** The most decisions that wait for the disk; past it the newest are not kept. */
const WAITING_MAX = 10_000

/** How long decisions gather before they are written, in milliseconds. */
const GATHER_MS = 500

/** A decision log in a file, with a way to end it. */
export interface DecisionFile extends DecisionLog, AsyncDisposable {
  /** How many were not kept since the disk could not follow. */
  readonly dropped: number
}

/**
 * Keep decisions in a file of one JSON text a line, and the file before it. [OD2]
 *
 * Beside the journal, not in it: nothing depends on a decision once its token is made, and losing
 * the last half second of them costs nobody anything. Bounded on disk and in memory.
 */
export function openDecisionFile(
  path: string,
  options: {
    readonly onFault: (error: unknown) => void
    readonly bytesMax?: number
  },
): DecisionFile {
  const { onFault, bytesMax = DECISION_BYTES_MAX } = options
  let waiting: string[] = []
  let dropped = 0
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> = Promise.resolve()
  const flush = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    const text = waiting.join('')
    waiting = []
    if (text !== '') writing = writing.then(() => write(path, text, bytesMax)).catch(onFault)
    return writing
  }
  return {
    get dropped() {
      return dropped
    },
    append(decision) {
      if (waiting.length >= WAITING_MAX) {
        dropped += 1
        return
      }
      waiting.push(`${JSON.stringify(decision)}\n`)
      timer ??= setTimeout(() => void flush(), GATHER_MS).unref()
    },
    async latest(count) {
      await flush()
      const lines = `${await readText(`${path}.1`)}${await readText(path)}`.split('\n')
      return lines.slice(0, -1).slice(-count).flatMap(parseLine)
    },
    [Symbol.asyncDispose]: () => flush(),
  }
}

async function write(path: string, text: string, bytesMax: number): Promise<void> {
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  )
  if (bytes > 0 && bytes + text.length > bytesMax) await rename(path, `${path}.1`)
  await appendFile(path, text, { mode: 0o600 })
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
    throw error
  }
}

/** A line that a power cut tore is left out. */
function parseLine(line: string): readonly OfferDecision[] {
  try {
    return [JSON.parse(line) as OfferDecision]
  } catch (error) {
    if (error instanceof SyntaxError) return []
    throw error
  }
}
