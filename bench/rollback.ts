import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../apps/nightmarket/src/testing/process.ts'
import { LiveCrowd } from '../packages/edge/src/bench/live-crowd.ts'
import { openStageBrowser } from '../test/e2e/stage/stage-browser.ts'

const HELP = `npm run bench:rollback -- [--rounds 5] [--viewers 1900] [--pages 5]

A market with a show, viewers on its edge's live channel, and pages in a Chromium. Applies a show
with another price and takes it back, over and over: how long after the core had taken the release
back, and how long after the command was typed, did each viewer have the old one again?
`

/** What no other thing of the sample show costs. */
const PRICE = { text: '11.07', minor: 1_107 } as const

const { values } = parseArgs({
  options: {
    help: { type: 'boolean' },
    rounds: { type: 'string', default: '5' },
    viewers: { type: 'string', default: '1900' },
    pages: { type: 'string', default: '5' },
  },
})
if (values.help === true) process.stdout.write(HELP)
else await main(Number(values.rounds), Number(values.viewers), Number(values.pages))

/** When something was where, by one clock: everything here is on one machine. */
interface Round {
  readonly typedAtMs: number
  readonly activatedAtMs: number
  readonly viewersAtMs: readonly number[]
  readonly pagesAtMs: readonly number[]
}

async function main(rounds: number, viewers: number, pages: number): Promise<void> {
  using folder = openTestFolder()
  const data = ['--data', join(folder.path, 'market')]
  await using market = await startNightmarket(['up', '--port', '0', ...data])
  await runForJson(['import', 'samples/catalogue.csv', ...data])
  const apply = async (price: string) => {
    const file = join(folder.path, 'show.yaml')
    const text = readFileSync('samples/show.yaml', 'utf8')
    writeFileSync(file, text.replace('price: 11.00', `price: ${price}`))
    await runForJson(['show', 'apply', file, ...data])
  }
  await apply(PRICE.text)
  const edgeUrl = market.addresses['edge'] ?? ''
  await untilShown(edgeUrl)
  await using browser = await openStageBrowser()
  const seats = await Promise.all(Array.from({ length: pages }, () => browser.visit(edgeUrl)))
  await using crowd = await LiveCrowd.open(Number(new URL(edgeUrl).port), viewers)
  const shows = (minor: number) =>
    seats.map(async (page) => {
      await page.waitForSelector(`[data-price="${minor}"]`)
      return Date.now()
    })
  const all: Round[] = []
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round}/${rounds}: ${viewers} viewers, ${pages} pages …\n`)
    const dear = 1_200 + round
    const told = crowd.hear('"type":"release"')
    await apply((dear / 100).toFixed(2))
    await Promise.all([told, ...shows(dear)])
    const heard = crowd.hear('"type":"release"')
    const seen = Promise.all(shows(PRICE.minor))
    const typedAtMs = Date.now()
    await runForJson(['release', 'rollback', ...data])
    const [viewersAtMs, pagesAtMs] = await Promise.all([heard, seen])
    all.push({ typedAtMs, activatedAtMs: await lastActivation(data), viewersAtMs, pagesAtMs })
  }
  const report = (name: string, pick: (round: Round) => readonly number[], from: keyof Round) =>
    process.stdout.write(`  ${name}: ${percentiles(all, pick, from)}\n`)
  const [ofViewers, ofPages] = [
    (round: Round) => round.viewersAtMs,
    (round: Round) => round.pagesAtMs,
  ]
  report(`${viewers} viewers, after the core took it back`, ofViewers, 'activatedAtMs')
  report(`${viewers} viewers, after the command was typed`, ofViewers, 'typedAtMs')
  report(`${pages} pages show it, after the core took it back`, ofPages, 'activatedAtMs')
  report(`${pages} pages show it, after the command was typed`, ofPages, 'typedAtMs')
}

async function untilShown(edgeUrl: string): Promise<void> {
  for (;;) {
    const text = await (await fetch(edgeUrl)).text()
    if (text.includes(`data-price="${PRICE.minor}"`)) return
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function lastActivation(data: readonly string[]): Promise<number> {
  const { releases } = await runForJson<{
    readonly releases: readonly {
      readonly activations: readonly { readonly activatedAtMs: number }[]
    }[]
  }>(['release', 'list', ...data])
  const times = releases.flatMap(({ activations }) => activations.map((each) => each.activatedAtMs))
  return Math.max(...times)
}

function percentiles(
  rounds: readonly Round[],
  pick: (round: Round) => readonly number[],
  from: keyof Round,
): string {
  const delays = rounds
    .flatMap((round) => pick(round).map((atMs) => atMs - Number(round[from])))
    .toSorted((a, b) => a - b)
  const at = (share: number) => delays[Math.min(delays.length - 1, delays.length * share) | 0] ?? 0
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, max ${at(1)} ms`
}
