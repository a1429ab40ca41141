import { cpus } from 'node:os'
import { parseArgs } from 'node:util'

import type { Figure } from './figure.ts'
import { measureBooks, measureEngine, measureHttp, measureOffers, type Size } from './measure.ts'

const HELP = `npm run bench -- [--quick] [--json]

Measures selling beside the bare thing in the same run, medians of three rounds (one with --quick).
  --quick   a fifth of the work, one round: to see that it runs
  --json    one JSON object on standard output, progress on standard error
`

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help === true) process.stdout.write(HELP)
else await main({ isJson: values.json === true, isQuick: values.quick === true })

async function main(asked: { readonly isJson: boolean; readonly isQuick: boolean }): Promise<void> {
  const size: Size = asked.isQuick ? { rounds: 1, orders: 6_000 } : { rounds: 3, orders: 30_000 }
  const figures: Figure[] = []
  const steps: readonly (readonly [string, () => Promise<readonly Figure[]>])[] = [
    ['offers', async () => [measureOffers(size)]],
    ['the stall', () => measureEngine(size)],
    ['the books', () => measureBooks(size)],
    ['buying at 1 connection', async () => [await measureHttp(1, size)]],
    ['buying at 8 connections', async () => [await measureHttp(8, size)]],
    ['buying at 64 connections', async () => [await measureHttp(64, size)]],
  ]
  for (const [index, [name, measure]] of steps.entries()) {
    process.stderr.write(`${index + 1}/${steps.length} ${name} …\n`)
    const measured = await measure()
    figures.push(...measured)
    if (!asked.isJson) for (const figure of measured) process.stdout.write(describe(figure))
  }
  const cores = cpus()
  const cpu = cores[0]?.model ?? 'unknown'
  const machine = { node: process.version, cpu, cores: cores.length }
  if (asked.isJson) process.stdout.write(`${JSON.stringify({ machine, size, figures })}\n`)
  else process.stdout.write(`\n${machine.cores} × ${machine.cpu}, Node ${machine.node}\n`)
}

function describe({ name, unit, value, bare, bareValue, ratio, aim, more }: Figure): string {
  const lines = [`  ${name}: ${format(value)} ${unit}${aim === null ? '' : `  (aim ${aim})`}`]
  if (ratio !== null && bareValue !== null) {
    lines.push(`    ${ratio.toFixed(2)} of the bare ${format(bareValue)}: ${bare}`)
  }
  const extras = Object.entries(more).map(([key, extra]) => `${key} ${format(extra)}`)
  if (extras.length > 0) lines.push(`    ${extras.join(', ')}`)
  return `${lines.join('\n')}\n`
}

function format(value: number): string {
  return value.toLocaleString('en', { maximumFractionDigits: value < 100 ? 2 : 0 })
}
