import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdtempSync,
  openSync,
  rmSync,
  statfsSync,
  statSync,
  writeSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'

import { count } from '../terminal/format.ts'
import { failed, sound, warning, type Check, type Finding } from './check.ts'

/** The Node that this program is written for. */
const NODE_MAJOR_MIN = 26

/** Below this a show may fill the disk; below the second it will. */
const FREE_BYTES_GOOD = 2_000_000_000
const FREE_BYTES_MIN = 200_000_000

/** Before this the clock is certainly wrong: the program did not exist. */
const CLOCK_MS_MIN = Date.UTC(2026, 0, 1)

/** How long the disk is asked to write through, and how fast is too fast to be true. */
const FSYNC_MS = 300
const FSYNC_RATE_SLOW = 50
const FSYNC_RATE_UNBELIEVABLE = 50_000

/** What the machine must have, whatever market runs on it. */
export function machineChecks(folder: string): readonly Check[] {
  const place = nearestFolder(resolve(folder))
  return [
    { name: 'Node', run: async () => checkNode() },
    { name: 'Clock', run: async () => checkClock() },
    { name: 'Disk space', run: async () => checkSpace(place) },
    { name: 'Disk writes through', run: async () => checkWriteThrough(place) },
  ]
}

/** The folder itself, or the parent in which it would be made. */
export function nearestFolder(path: string): string {
  return existsSync(path) || path === dirname(path) ? path : nearestFolder(dirname(path))
}

/** A new folder on the disk of `place` for the time of `work`. */
export async function withScratch<T>(
  place: string,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(place, '.nightmarket-doctor-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function checkNode(): Finding {
  const { node } = process.versions
  if (Number(node.split('.')[0]) >= NODE_MAJOR_MIN) return sound(`version ${node}`)
  return failed(`version ${node}`, `Use Node ${NODE_MAJOR_MIN} or later: npm ci brings it.`)
}

function checkClock(): Finding {
  const now = new Date()
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone
  if (now.getTime() >= CLOCK_MS_MIN) return sound(`${now.toISOString()}, zone ${zone}`)
  return failed(now.toISOString(), 'Set the clock; keep it right with NTP.')
}

function checkSpace(place: string): Finding {
  const { bavail, bsize } = statfsSync(place)
  const bytes = bavail * bsize
  const detail = `${count(Math.round(bytes / 1_000_000))} MB free at ${place}`
  if (bytes < FREE_BYTES_MIN) return failed(detail, 'Make room, or choose another --data.')
  if (bytes < FREE_BYTES_GOOD) return warning(detail, 'Make room before the show.')
  return sound(detail)
}

async function checkWriteThrough(place: string): Promise<Finding> {
  const rate = await withScratch(place, async (folder) => measureFsync(join(folder, 'probe')))
  const detail = `${count(Math.round(rate))} durable writes a second`
  if (rate < FSYNC_RATE_SLOW) {
    return warning(detail, 'Use a faster disk: every group of sales waits for one such write.')
  }
  if (rate > FSYNC_RATE_UNBELIEVABLE) {
    const wayOut = 'This is memory, or a disk that lies: a power cut could lose sales.'
    return warning(detail, wayOut)
  }
  return sound(detail)
}

function measureFsync(path: string): number {
  const block = Buffer.alloc(4_096, 1)
  const file = openSync(path, 'wx')
  try {
    const startedMs = performance.now()
    let writes = 0
    while (performance.now() - startedMs < FSYNC_MS) {
      writeSync(file, block)
      fsyncSync(file)
      writes += 1
    }
    return (writes * 1_000) / (performance.now() - startedMs)
  } finally {
    closeSync(file)
  }
}

/** Whether other users of the machine may read a file. */
export function isOpenToOthers(path: string): boolean {
  return (statSync(path).mode & 0o077) !== 0
}
