import { createDice } from '../../../apps/nightmarket/src/rush/dice.ts'
import type { LabReport, LabRun } from '../lab-report.ts'
import { cutTillPower } from './till-cuts.ts'
import { killTill } from './till-kills.ts'

/**
 * The part of the lab that drives a browser, in a process of its own: says one line of JSON for
 * each step and for each report. `node till-lab.ts KILLS CUTS SEED`.
 */
const [kills = 0, cuts = 0, seed = 0] = process.argv.slice(2).map(Number)
const stopping = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort())

const run: LabRun = {
  progress: (progress) => say({ progress }),
  stopped: stopping.signal,
  dice: createDice(seed),
}
if (kills > 0) report(await killTill(kills, run))
if (cuts > 0 && !run.stopped.aborted) report(await cutTillPower(cuts, run))

function report(each: LabReport): void {
  say({ report: each })
}

function say(line: object): void {
  process.stdout.write(`${JSON.stringify(line)}\n`)
}
