import { readFileSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'

/** Linux counts a process's time in hundredths of a second. */
const TICK_MS = 10

/** Processor time that a process has used, all its threads together. */
export function cpuTimeMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The second field is a name in brackets, and may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS
}

/** What a process takes of a core while so many seconds go by, in percent. */
export async function cpuShare(pid: number, seconds: number): Promise<number> {
  const [beganMs, beforeMs] = [performance.now(), cpuTimeMs(pid)]
  await delay(seconds * 1_000)
  return (100 * (cpuTimeMs(pid) - beforeMs)) / (performance.now() - beganMs)
}
