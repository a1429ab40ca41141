import { rmSync } from 'node:fs'
import { resolve } from 'node:path'

import { MARKET_FILES } from './market-folder.ts'
import { readText, writeWhole } from './secure-file.ts'

/** Where the parts of a running market are. Only what this process runs. */
export interface Addresses {
  readonly core: string | null
  readonly edge: string | null
  readonly sandbox: string | null
}

/** What `run.json` says of the process that runs the core. */
export interface Running extends Addresses {
  readonly pid: number
  readonly startedAtMs: number
}

/** Tell other commands where the market runs. The returned function takes it back. */
export function announceRunning(folder: string, addresses: Addresses): () => void {
  const file = MARKET_FILES.run(resolve(folder))
  const running: Running = { ...addresses, pid: process.pid, startedAtMs: Date.now() }
  writeWhole(file, `${JSON.stringify(running, null, 2)}\n`)
  return () => {
    if (readRunning(file)?.pid === process.pid) rmSync(file, { force: true })
  }
}

/** The process that runs this market, or `null` when none does: one that died says nothing. */
export function findRunning(folder: string): Running | null {
  const running = readRunning(MARKET_FILES.run(resolve(folder)))
  return running !== null && isAlive(running.pid) ? running : null
}

function readRunning(file: string): Running | null {
  const text = readText(file)
  if (text === null) return null
  try {
    const value = JSON.parse(text) as Partial<Running> | null
    if (typeof value?.pid !== 'number') return null
    const { pid, startedAtMs = 0, core = null, edge = null, sandbox = null } = value
    return { pid, startedAtMs, core, edge, sandbox }
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
