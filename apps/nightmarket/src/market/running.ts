import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'

import { readText, writeWhole } from './secure-file.ts'

const RUN_FILE = 'run.json'

/** Where the parts of a running market are. Only what this process runs. */
export interface Addresses {
  readonly core: string | null
  readonly edge: string | null
  readonly sandbox: string | null
  /** Where encoders send the show, without the key. */
  readonly rtmp?: string | null
  /** The same over SRT. */
  readonly srt?: string | null
}

/** What `run.json` says of the process that runs there. */
export interface Running extends Addresses {
  readonly pid: number
  readonly startedAtMs: number
}

/**
 * Tell other commands what runs on a folder: a market's, an edge's or the sandbox's. The returned
 * function takes it back.
 */
export function announceRunning(folder: string, addresses: Addresses): () => void {
  const file = join(resolve(folder), RUN_FILE)
  const running: Running = { ...addresses, pid: process.pid, startedAtMs: Date.now() }
  writeWhole(file, `${JSON.stringify(running, null, 2)}\n`)
  return () => {
    if (readRunning(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}

/** The process that runs on a folder, or `null` when none does: one that died says nothing. */
export function findRunning(folder: string): Running | null {
  const running = readRunning(join(resolve(folder), RUN_FILE))
  return running !== null && isAlive(running.pid) ? running : null
}

function readRunning(file: string): Running | null {
  const text = readText(file)
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Partial<Running> | null
    if (typeof value?.pid !== 'number') return null
    const { pid, startedAtMs = 0, core = null, edge = null, sandbox = null } = value
    const { rtmp = null, srt = null } = value
    return { pid, startedAtMs, core, edge, sandbox, rtmp, srt }
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
