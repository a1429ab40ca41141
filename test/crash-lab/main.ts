import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { createDice } from '../../apps/nightmarket/src/rush/dice.ts'
import { createTerminal } from '../../apps/nightmarket/src/terminal/terminal.ts'
import { killAgainAndAgain } from './kill/kill-rounds.ts'
import { describeReport, exitCodeOf, type LabReport, type LabRun } from './lab-report.ts'
import { cutAllPower, runWithOwnMounts } from './power/power.ts'
import { sweepPostgres, sweepStores } from './sweep/sweep-stores.ts'
import { breakTills } from './till/run-till-lab.ts'

const HELP = `Usage: npm run crashlab -- [kill] [sweep] [power] [till] [postgres]
                        [--kills N] [--minutes N] [--cuts N] [--every N]
                        [--seed S] [--json]

Breaks real stores and real processes, and looks whether anything that was acknowledged is gone or
sold twice. Without a part, the first three, short enough for every change.

  kill          kill -9 the core and the edges of a market that sells, at random moments
  sweep         fail every storage call of every command once, then twice in a row
  power         cut the power below a store, and fill its disk; needs root and loop devices, and
                says so otherwise
  postgres      what sweep does to the core's SQL, on PostgreSQL; takes minutes
  till          kill -9 the browser of a till that sells, and cut the power of its disk; needs a
                Chromium, and for cuts what power needs

  --kills N     how many kills (12), of the servers and of a till's browser
  --minutes N   kill for so long instead
  --cuts N      how many power cuts of each store (2), and a quarter as many of a whole machine
  --every N     fail each N-th SQL statement only (1: all of them)
  --seed S      the dice of the moments; kills and cuts at other times come out otherwise
  --json        the report as one JSON object on standard output

Exits with 1 when anything was lost, sold twice or left inconsistent, and when a control that has
to lose did not.`

const PARTS = ['kill', 'sweep', 'power', 'till', 'postgres'] as const

/** What a run without words does. */
const USUAL: readonly Part[] = ['kill', 'sweep', 'power']
type Part = (typeof PARTS)[number]

process.exitCode = await main()

async function main(): Promise<number> {
  const parsed = parseCommandLine()
  if (typeof parsed === 'string') {
    process.stderr.write(`${parsed}\n\n${HELP}\n`)
    return 1
  }
  const { values, parts } = parsed
  if (values.help === true) {
    process.stdout.write(`${HELP}\n`)
    return 0
  }
  const needsDisks = parts.includes('power') || parts.includes('till')
  const elsewhere = needsDisks ? await runWithOwnMounts(process.argv.slice(1)) : null
  return elsewhere ?? runParts(parts, values)
}

function parseCommandLine() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        kills: { type: 'string' },
        minutes: { type: 'string' },
        cuts: { type: 'string', default: '2' },
        every: { type: 'string', default: '1' },
        seed: { type: 'string', default: String(Date.now() % 2 ** 32) },
        json: { type: 'boolean', default: false },
      },
    })
    const unknown = positionals.find((word) => !PARTS.includes(word as Part))
    if (unknown !== undefined) return `There is no part "${unknown}".`
    const { kills, minutes, cuts, every, seed } = values
    const numbers = { kills, minutes, cuts, every, seed }
    for (const [name, text] of Object.entries(numbers)) {
      if (text === undefined || /^\d+$/.test(text)) continue
      return `--${name} takes a number, not "${text}".`
    }
    return { values, parts: positionals.length === 0 ? USUAL : (positionals as Part[]) }
  } catch (cause) {
    if (cause instanceof TypeError) return cause.message
    throw cause
  }
}

type Values = Exclude<ReturnType<typeof parseCommandLine>, string>['values']

async function runParts(parts: readonly Part[], values: Values): Promise<number> {
  // What is started again and again starts from compiled code.
  process.env['NODE_COMPILE_CACHE'] ??= join(tmpdir(), 'nightmarket-crashlab-compiled')
  const terminal = createTerminal()
  const run: LabRun = {
    progress: terminal.progress,
    stopped: interruptible(),
    dice: createDice(Number(values.seed)),
  }
  const work: Readonly<Record<Part, () => Promise<readonly LabReport[]>>> = {
    sweep: () => sweepStores(Math.max(1, Number(values.every)), run),
    postgres: () => sweepPostgres(Math.max(1, Number(values.every)), run),
    power: () => cutAllPower(Number(values.cuts), run),
    kill: async () => [await killAgainAndAgain(killPlan(values), run)],
    till: () => breakTills({ kills: Number(values.kills ?? 12), cuts: Number(values.cuts) }, run),
  }
  terminal.note(`crash lab, seed ${values.seed}, ${availableParallelism()} cores`)
  const reports: LabReport[] = []
  for (const part of parts) {
    if (run.stopped.aborted) break
    for (const report of await work[part]()) {
      reports.push(report)
      terminal.note(describeReport(report))
    }
  }
  terminal.endProgress()
  if (values.json) terminal.write(JSON.stringify({ seed: Number(values.seed), reports }))
  else terminal.write(summaryOf(reports, run.stopped.aborted))
  return run.stopped.aborted ? 1 : exitCodeOf(reports)
}

function killPlan({ kills, minutes }: Values) {
  if (minutes === undefined) return { kills: Number(kills ?? 12), untilMs: Infinity }
  const untilMs = performance.now() + Number(minutes) * 60_000
  return { kills: kills === undefined ? Infinity : Number(kills), untilMs }
}

function summaryOf(reports: readonly LabReport[], wasStopped: boolean): string {
  if (wasStopped) return 'Stopped before its end.'
  const missing = reports.filter(({ verdict }) => verdict === 'not_run').map(({ part }) => part)
  const left = missing.length === 0 ? '' : ` Not run on this machine: ${missing.join(', ')}.`
  return exitCodeOf(reports) === 0
    ? `Nothing lost, nothing sold twice.${left}`
    : `Broken or void: see above.${left}`
}

/** Aborts on the first Ctrl-C or SIGTERM, so that what was made is removed; then gives way. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)))
  }
  return controller.signal
}
