import { appendFileSync, closeSync, fdatasyncSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

import type { RecordedSegment } from './ring-index.ts'

/** A part of the segment that is being made. */
export interface NewPart {
  /** Of its segment, which has no duration yet. */
  readonly segment: Omit<RecordedSegment, 'durationMs'>
  readonly init: Uint8Array
  readonly bytes: Uint8Array
  readonly durationMs: number
}

/** A segment that a crash left unfinished. */
export interface LeftSegment {
  readonly segment: RecordedSegment
  readonly init: Uint8Array
  readonly bytes: Uint8Array
}

const DATA_NAME = 'open.part'
const INIT_NAME = 'open.init'
const LOG_NAME = 'open.jsonl'

/**
 * The segment in the making, part by part on disk, with a line for each part that is whole: a crash
 * loses no more than the part that was not written yet. [RI5]
 */
export class OpenSegment {
  readonly #folder: string
  #name: string | null = null

  constructor(folder: string) {
    this.#folder = folder
  }

  /** Add a part; the first of another segment begins anew. Throws the disk's own error. */
  add({ segment, init, bytes, durationMs }: NewPart): void {
    if (segment.name !== this.#name) {
      this.clear()
      this.#append(INIT_NAME, init)
      this.#append(LOG_NAME, `${JSON.stringify(segment)}\n`)
      this.#name = segment.name
    }
    this.#append(DATA_NAME, bytes)
    this.#append(LOG_NAME, `${JSON.stringify({ bytes: bytes.length, durationMs })}\n`)
  }

  /** What was left unfinished; `null` when there is nothing, or nothing whole. */
  left(): LeftSegment | null {
    try {
      const [first = '', ...rest] = readFileSync(this.#path(LOG_NAME), 'utf8').split('\n')
      const data = readFileSync(this.#path(DATA_NAME))
      const parts = rest.slice(0, -1).map((line) => JSON.parse(line) as Written)
      let [length, durationMs] = [0, 0]
      for (const part of parts) {
        if (length + part.bytes > data.length) break
        length += part.bytes
        durationMs += part.durationMs
      }
      if (length === 0) return null
      const segment = { ...(JSON.parse(first) as NewPart['segment']), durationMs }
      const init = readFileSync(this.#path(INIT_NAME))
      return { segment, init, bytes: data.subarray(0, length) }
    } catch (error) {
      if (error instanceof SyntaxError || isMissing(error)) return null
      throw error
    }
  }

  /** Forget it: its segment is kept, or is not to be. */
  clear(): void {
    this.#name = null
    for (const name of [LOG_NAME, DATA_NAME, INIT_NAME]) rmSync(this.#path(name), { force: true })
  }

  #append(name: string, content: Uint8Array | string): void {
    const file = openSync(this.#path(name), 'a', 0o600)
    try {
      appendFileSync(file, content)
      fdatasyncSync(file)
    } finally {
      closeSync(file)
    }
  }

  #path(name: string): string {
    return join(this.#folder, name)
  }
}

interface Written {
  readonly bytes: number
  readonly durationMs: number
}

function isMissing(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === 'ENOENT'
}
