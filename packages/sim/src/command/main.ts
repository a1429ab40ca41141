import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

import { optionsOf, type Span } from '../run/options.ts'
import { planOf } from '../run/plan.ts'
import { shrink } from '../run/shrink.ts'
import type { Summary } from '../run/summary.ts'
import { writeTimeline } from '../run/timeline.ts'
import { runUniverse } from '../run/universe.ts'
import { Checkpoint } from './checkpoint.ts'
import { runBatch } from './run-batch.ts'

const HELP = `Usage: npm run sim -- [--seeds N] [--from S] [--workers W] [--hours H]
                   [--checkpoint FILE] [--season] [--json]
       npm run sim -- --replay SEED [--season] [--without 3,5,8] [--buyers N]
       npm run sim -- --shrink SEED [--season]

Runs whole markets in virtual time: the production core, edges and payments, with faults, one seed
a universe. Prints what was reached, and every violation with the command that replays it.

  --seeds N          how many universes, after those of the checkpoint (100)
  --from S           the first seed (1)
  --workers W        processes side by side (as many as there are cores)
  --hours H          stop after so many hours of real time
  --checkpoint FILE  go on where FILE says, and write there after each universe how far it got
  --season           markets that live for weeks and are asked less often, not for an evening
  --json             the summary as one JSON object on standard output
  --replay SEED      run one universe and print its timeline
  --without LIST     leave these planned faults out, by number
  --buyers N         with so many buyers instead
  --shrink SEED      leave out of a failing universe what it can fail without, and print that`

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    workers: { type: 'string' },
    hours: { type: 'string' },
    checkpoint: { type: 'string' },
    json: { type: 'boolean', default: false },
    season: { type: 'boolean', default: false },
    replay: { type: 'string' },
    without: { type: 'string', default: '' },
    buyers: { type: 'string' },
    shrink: { type: 'string' },
  },
})

const span: Span = values.season ? 'season' : 'evening'

if (values.help === true) console.log(HELP)
else if (values.replay !== undefined) process.exitCode = await replay(Number(values.replay))
else if (values.shrink !== undefined) process.exitCode = await shrinkSeed(Number(values.shrink))
else process.exitCode = await runSet()

async function runSet(): Promise<number> {
  const checkpoint = Checkpoint.open(values.checkpoint ?? null, Number(values.from), span)
  const { coverage } = checkpoint
  const seeds = Number(values.seeds)
  const startedMs = performance.now()
  const endMs = startedMs + Number(values.hours ?? Number.POSITIVE_INFINITY) * 3_600_000
  const progress = createProgress(checkpoint, coverage.seeds + seeds, startedMs)
  await runBatch({
    from: checkpoint.next,
    seeds,
    span,
    workers: Number(values.workers ?? availableParallelism()),
    mayGoOn: () => performance.now() < endMs,
    isDone: (seed) => checkpoint.has(seed),
    onSummary(summary) {
      checkpoint.add(summary)
      if (summary.violations.length > 0) printFailure(summary)
      progress()
    },
  })
  process.stderr.write('\n')
  report(checkpoint, performance.now() - startedMs)
  return checkpoint.failed.length > 0 || coverage.unarmed().length > 0 ? 1 : 0
}

function createProgress(
  { coverage, failed }: Checkpoint,
  seeds: number,
  startedMs: number,
): () => void {
  return () => {
    if (!process.stderr.isTTY && coverage.seeds % 25 !== 0) return
    const seconds = Math.round((performance.now() - startedMs) / 1_000)
    const hours = coverage.simulatedHours.toFixed(0)
    const text = `${coverage.seeds}/${seeds} universes, ${hours} simulated hours`
    const line = `${text}, ${coverage.faults} faults, ${failed.length} failed, ${seconds} s`
    process.stderr.write(process.stderr.isTTY ? `\r${line}` : `${line}\n`)
  }
}

function printFailure({ options, violations }: Summary): void {
  console.error(`\nseed ${options.seed} (${options.mood}) fails:`)
  for (const { id, text } of violations.slice(0, 4)) console.error(`  ${id}: ${text.slice(0, 600)}`)
  console.error(`  options: ${JSON.stringify(options)}`)
  console.error(`  replay:  npm run sim -- --replay ${options.seed}${spanFlag()}`)
}

function spanFlag(): string {
  return span === 'season' ? ' --season' : ''
}

function report({ coverage, failed }: Checkpoint, tookMs: number): void {
  const unarmed = coverage.unarmed()
  const armed = Object.fromEntries(
    [...coverage.marks].filter(([name]) => name.startsWith('armed ')),
  )
  const result = {
    universes: coverage.seeds,
    simulatedHours: Math.round(coverage.simulatedHours),
    happenings: coverage.happenings,
    faults: coverage.faults,
    pairs: `${coverage.pairs.met}/${coverage.pairs.all}`,
    violations: failed,
    seconds: Math.round(tookMs / 1_000),
    unarmed,
  }
  if (values.json)
    console.log(JSON.stringify({ ...result, armed, marks: Object.fromEntries(coverage.marks) }))
  else {
    console.log(
      `${result.universes} universes, ${result.simulatedHours} simulated hours, ` +
        `${result.seconds} s`,
    )
    console.log(
      `${result.faults} faults, ${result.pairs} pairs of kinds, ${result.happenings} happenings`,
    )
    console.log(
      Object.entries(armed)
        .map(([name, count]) => `${name.slice(6)} ${count}`)
        .join(', '),
    )
    console.log(
      failed.length === 0 ? '0 violations' : `VIOLATIONS at seeds ${failed.join(', ')}`,
    )
  }
  if (unarmed.length > 0) console.error(`never reached: ${unarmed.join(', ')}`)
}

async function replay(seed: number): Promise<number> {
  const without = new Set(values.without.split(',').filter(Boolean).map(Number))
  const derived = optionsOf(seed, span)
  const options = { ...derived, buyers: Number(values.buyers ?? derived.buyers) }
  const plan = planOf(options).filter(({ number }) => !without.has(number))
  const { chronicle, digest } = await runUniverse(options, { plan, isKept: true })
  console.log(`seed ${seed}: ${JSON.stringify(options)}`)
  console.log(writeTimeline(chronicle.lines))
  console.log(`trace ${digest}, ${chronicle.violations.length} violations`)
  for (const { id, text } of chronicle.violations) console.log(`${id}: ${text}`)
  return chronicle.violations.length > 0 ? 1 : 0
}

async function shrinkSeed(seed: number): Promise<number> {
  const options = optionsOf(seed, span)
  const { chronicle } = await runUniverse(options)
  const [violation] = chronicle.violations
  if (violation === undefined) {
    console.log(`seed ${seed} holds: there is nothing to shrink`)
    return 0
  }
  const progress = (text: string) => void process.stderr.write(`${text}\n`)
  const { options: smaller, plan, runs } = await shrink(options, violation.id, {}, progress)
  const kept = new Set(plan.map(({ number }) => number))
  const left = planOf(smaller).filter(({ number }) => !kept.has(number))
  const { chronicle: story } = await runUniverse(smaller, { plan, isKept: true })
  console.log(`seed ${seed}: ${JSON.stringify(smaller)}`)
  console.log(writeTimeline(story.lines))
  for (const { id, text } of story.violations) console.log(`${id}: ${text}`)
  console.log(`${plan.length} faults and ${smaller.buyers} buyers are enough (${runs} runs):`)
  for (const { kind, number, atMs } of plan) console.log(`  ${number} ${kind} at ${atMs} ms`)
  const without = left.map(({ number }) => number).join(',')
  console.log(
    `npm run sim -- --replay ${seed}${spanFlag()} --buyers ${smaller.buyers} --without ${without}`,
  )
  return 1
}
