import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'

import type { LabReport, LabRun } from '../lab-report.ts'
import { fillDisk } from './full-disk.ts'
import { cutMarketPower } from './market-cuts.ts'
import { cutPower } from './power-cuts.ts'
import { DiskUnavailable, PowerDisk } from './power-disk.ts'
import { BOOKS_SUBJECT, JOURNAL_SUBJECT } from './subject.ts'

/** Set in the process whose mounts are its own. */
const OWN_MOUNTS = 'NIGHTMARKET_CRASHLAB_MOUNTS'

const UNSHARE = ['--mount', '--propagation', 'private', '--']

/**
 * Run this program again where its mounts are nobody else's: they end with it, however it ends.
 * Resolves with its exit code; `null` when this process is that one already, or none can be made.
 */
export async function runWithOwnMounts(words: readonly string[]): Promise<number | null> {
  if (process.env[OWN_MOUNTS] !== undefined) return null
  if (spawnSync('unshare', [...UNSHARE, 'true'], { stdio: 'ignore' }).status !== 0) return null
  const child = spawn('unshare', [...UNSHARE, process.execPath, ...words], {
    stdio: 'inherit',
    env: { ...process.env, [OWN_MOUNTS]: 'own' },
  })
  const pass = (signal: NodeJS.Signals) => void child.kill(signal)
  process.on('SIGINT', pass).on('SIGTERM', pass)
  const [code] = (await once(child, 'exit')) as [number | null]
  return code ?? 1
}

/** Cut the power of every store so often, and of a whole machine, and fill a disk under both. */
export async function cutAllPower(cuts: number, run: LabRun): Promise<readonly LabReport[]> {
  const missing = whatIsMissing()
  if (missing !== null) return [notRun(missing)]
  const reports: LabReport[] = []
  for (const subject of [JOURNAL_SUBJECT, BOOKS_SUBJECT]) {
    reports.push(await cutPower(subject, cuts, run))
  }
  run.progress('filling a disk')
  reports.push(await fillDisk())
  reports.push(await cutMarketPower(Math.ceil(cuts / MACHINE_SHARE), run))
  return reports
}

/** A whole machine takes longer than one store: it is cut once for so many cuts of each store. */
const MACHINE_SHARE = 4

/** Why this machine cannot cut power, in its own words; `null` when it can. */
export function whatIsMissing(): string | null {
  if (process.platform !== 'linux') return 'It needs loop devices, which only Linux has.'
  if (process.getuid?.() !== 0) return 'It needs root, to mount a disk of its own.'
  try {
    using disk = PowerDisk.create()
    using _left = disk.cut()
    return null
  } catch (error) {
    if (error instanceof DiskUnavailable) return error.message
    throw error
  }
}

function notRun(reason: string): LabReport {
  return { part: 'power cuts', verdict: 'not_run', figures: {}, findings: [reason] }
}
