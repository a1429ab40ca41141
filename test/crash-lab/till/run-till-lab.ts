import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

import { findChromium } from '../../../scripts/chromium.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { whatIsMissing } from '../power/power.ts'

const TILL_LAB = fileURLToPath(new URL('till-lab.ts', import.meta.url))

/** How often a till's browser is killed, and how often its power is cut. */
export interface TillPlan {
  readonly kills: number
  readonly cuts: number
}

/** Kill and cut tills in a real Chromium; says which of it this machine does not allow. */
export async function breakTills(plan: TillPlan, run: LabRun): Promise<readonly LabReport[]> {
  if (findChromium() === null) return [notRun('tills', 'There is no Chromium on this machine.')]
  const missing = plan.cuts === 0 ? null : whatIsMissing()
  const cuts = missing === null ? plan.cuts : 0
  const reports = await runLab({ ...plan, cuts }, run)
  return missing === null ? reports : [...reports, notRun('power: a till in a browser', missing)]
}

async function runLab({ kills, cuts }: TillPlan, run: LabRun): Promise<readonly LabReport[]> {
  const seed = Math.floor(run.dice() * 2 ** 32)
  const words = [TILL_LAB, kills, cuts, seed].map(String)
  const lab = spawn(process.execPath, words, { stdio: ['ignore', 'pipe', 'inherit'] })
  run.stopped.addEventListener('abort', () => lab.kill('SIGTERM'))
  const ended = once(lab, 'close') as Promise<[number | null]>
  const reports: LabReport[] = []
  for await (const line of createInterface(lab.stdout)) {
    const said = JSON.parse(line) as { readonly progress?: string; readonly report?: LabReport }
    if (said.progress !== undefined) run.progress(said.progress)
    if (said.report !== undefined) reports.push(said.report)
  }
  const [code] = await ended
  if (code !== 0) throw new Error(`the lab of tills ended with ${code}`)
  return reports
}

function notRun(part: string, reason: string): LabReport {
  return { part, verdict: 'not_run', figures: {}, findings: [reason] }
}
