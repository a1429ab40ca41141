import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

import type { LabReport, LabRun } from '../lab-report.ts'
import { isStoreFault } from './is-store-fault.ts'
import { PowerDisk } from './power-disk.ts'
import type { CutFindings, PowerSubject } from './subject.ts'

/** How a subject is run: as it is, or as a control that has to lose. */
type Condition = 'as it is' | 'synchronous=NORMAL' | 'a drive that is never flushed'

const CONTROLS: readonly Condition[] = ['synchronous=NORMAL', 'a drive that is never flushed']

/** A control that lost nothing by luck is tried again, this often at most. */
const CONTROL_TRIES_MAX = 5

/** How long a subject writes at most before its power goes, after its first acknowledgement. */
const WRITES_MS_MAX = 900

const WEAK_SYNC = fileURLToPath(new URL('weak-sync.ts', import.meta.url))

/** Cut the power of one subject so often, and of its controls until each has lost. */
export async function cutPower(
  subject: PowerSubject,
  cuts: number,
  run: LabRun,
): Promise<LabReport> {
  const total = { acknowledged: 0, lost: 0 }
  const findings: string[] = []
  let done = 0
  while (done < cuts && !run.stopped.aborted) {
    const cut = await cutOnce(subject, 'as it is', run)
    done += 1
    total.acknowledged += cut.acknowledged
    total.lost += cut.lost
    if (cut.lost > 0) findings.push(`cut ${done} lost ${cut.lost} of ${cut.acknowledged}`)
    findings.push(...cut.findings.map((finding) => `cut ${done}: ${finding}`))
    run.progress(`${subject.name}: ${done} of ${cuts} cuts, ${total.lost} lost`)
  }
  const figures: Record<string, number> = { cuts: done, ...total }
  let isVoid = false
  for (const condition of CONTROLS) {
    const lost = await loseInControl(subject, condition, run)
    figures[`lost by the control with ${condition}`] = lost
    if (lost === 0 && !run.stopped.aborted) {
      isVoid = true
      findings.push(`The control with ${condition} lost nothing: the cuts show nothing.`)
    }
  }
  const isBroken = total.lost > 0 || findings.length > (isVoid ? 1 : 0)
  const verdict = isVoid ? 'void' : isBroken ? 'broken' : 'kept'
  return { part: `power: ${subject.name}`, verdict, figures, findings }
}

async function loseInControl(
  subject: PowerSubject,
  condition: Condition,
  run: LabRun,
): Promise<number> {
  for (let tries = 1; tries <= CONTROL_TRIES_MAX && !run.stopped.aborted; tries += 1) {
    run.progress(`${subject.name}: control with ${condition}, try ${tries}`)
    const { lost } = await cutOnce(subject, condition, run)
    if (lost > 0) return lost
  }
  return 0
}

async function cutOnce(
  subject: PowerSubject,
  condition: Condition,
  run: LabRun,
): Promise<CutFindings> {
  using disk = PowerDisk.create({ flushes: condition !== 'a drive that is never flushed' })
  const said = await writeUntilCut(subject.script, disk.path, {
    preload: condition === 'synchronous=NORMAL' ? ['--import', WEAK_SYNC] : [],
    writesMs: run.dice() * WRITES_MS_MAX,
    stopped: run.stopped,
  })
  using left = disk.cut()
  return await subject.check(left.path, said).catch((error) => lostWhole(error, said.length))
}

/** A store that does not open any more has lost everything. */
function lostWhole(error: unknown, acknowledged: number): CutFindings {
  if (!isStoreFault(error)) throw error
  return { acknowledged, lost: acknowledged, findings: [error.message] }
}

/** Run a script until the power goes: the lines that it could still say. */
async function writeUntilCut(
  script: string,
  folder: string,
  cut: {
    readonly preload: readonly string[]
    readonly writesMs: number
    readonly stopped: AbortSignal
  },
): Promise<readonly string[]> {
  const child = spawn(process.execPath, [...cut.preload, script, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(child, 'close')
  const lines: string[] = []
  const heard = Promise.withResolvers<void>()
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line)
    heard.resolve()
  })
  try {
    await Promise.race([heard.promise, gone])
    await delay(cut.writesMs, undefined, { signal: cut.stopped }).catch(() => undefined)
    if (child.exitCode !== null) throw new Error(`${script} ended by itself: ${child.exitCode}`)
  } finally {
    child.kill('SIGKILL')
    await gone
  }
  return lines
}
