import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

import { LiveCrowd } from '../packages/edge/src/bench/live-crowd.ts'
import type { MemoryReport, PublishRequest } from '../packages/edge/src/bench/live-server.ts'
import { figureOf, type Figure } from './figure.ts'

const HELP = `npm run bench:live -- [--quick] [--json] [--viewers 2000]

Tells many viewers on one edge what is left, beside a bare ws broadcast in the same run: messages
delivered a second when as much is told as goes out, the delay at a steady pace, and memory.
`

const SERVER = fileURLToPath(new URL('../packages/edge/src/bench/live-server.ts', import.meta.url))

/** As fast as it goes, and about as much as a busy drop tells. */
const LOADS = {
  flood: { messages: 400, burst: 4, pauseMs: 0 },
  pace: { messages: 100, burst: 5, pauseMs: 100 },
} as const satisfies Readonly<Record<string, PublishRequest>>

interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly paceP50Ms: number
  readonly paceP99Ms: number
  readonly bytesPerViewer: number
}

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    help: { type: 'boolean' },
    viewers: { type: 'string', default: '2000' },
  },
})
if (values.help === true) process.stdout.write(HELP)
else await main(Number(values.viewers), values.quick === true ? 1 : 3)

async function main(viewers: number, rounds: number): Promise<void> {
  const edge: Round[] = []
  const bare: Round[] = []
  for (let round = 1; round <= rounds; round += 1) {
    process.stderr.write(`round ${round}/${rounds}: ${viewers} viewers on bare ws …\n`)
    bare.push(await measure('bare', viewers))
    process.stderr.write(`round ${round}/${rounds}: ${viewers} viewers on the edge …\n`)
    edge.push(await measure('edge', viewers))
  }
  const figures = describe(edge, bare, viewers)
  const cores = cpus()
  const machine = { node: process.version, cpu: cores[0]?.model ?? '', cores: cores.length }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, figures })}\n`)
  else for (const figure of figures) process.stdout.write(`${line(figure)}\n`)
}

async function measure(kind: 'edge' | 'bare', viewers: number): Promise<Round> {
  const server = fork(SERVER, [kind], { execArgv: ['--expose-gc'] })
  try {
    const [{ port }] = (await once(server, 'message')) as [{ port: number }]
    const empty = await memoryOf(server)
    await using crowd = await LiveCrowd.open(port, viewers)
    const full = await memoryOf(server)
    await load(server, crowd, viewers, { messages: 40, burst: 4, pauseMs: 0 })
    const flood = await load(server, crowd, viewers, LOADS.flood)
    const pace = await load(server, crowd, viewers, LOADS.pace)
    const bytesPerViewer = (full.bytes - empty.bytes) / Math.max(1, full.viewers)
    const { perSecond, p50Ms, p99Ms } = flood
    return { perSecond, p50Ms, p99Ms, paceP50Ms: pace.p50Ms, paceP99Ms: pace.p99Ms, bytesPerViewer }
  } finally {
    const ended = once(server, 'exit')
    server.disconnect()
    await ended
  }
}

async function memoryOf(server: ChildProcess): Promise<MemoryReport> {
  server.send('memory')
  const [report] = (await once(server, 'message')) as [MemoryReport]
  return report
}

async function load(
  server: ChildProcess,
  crowd: LiveCrowd,
  viewers: number,
  asked: PublishRequest,
): Promise<{ readonly perSecond: number; readonly p50Ms: number; readonly p99Ms: number }> {
  const frames = viewers * asked.messages
  const startedMs = performance.now()
  const received = crowd.receive(frames)
  server.send(asked)
  await received
  const seconds = (performance.now() - startedMs) / 1_000
  const delays = crowd.delaysMs()
  const at = (share: number) => delays[Math.floor(delays.length * share)] ?? Number.NaN
  return { perSecond: frames / seconds, p50Ms: at(0.5), p99Ms: at(0.99) }
}

function describe(
  edge: readonly Round[],
  bare: readonly Round[],
  viewers: number,
): readonly Figure[] {
  const of = (name: string, unit: string, pick: (round: Round) => number, aim: string | null) =>
    figureOf({
      name: `${name}, ${viewers} viewers`,
      unit,
      values: edge.map(pick),
      bare: 'ws, one send per viewer and message',
      bareValues: bare.map(pick),
      aim,
    })
  return [
    of('delivered as fast as it goes', 'messages/s', ({ perSecond }) => perSecond, 'ratio ≥ 1.0'),
    of('delay at the median, as fast as it goes', 'ms', ({ p50Ms }) => p50Ms, null),
    of('delay at p99, as fast as it goes', 'ms', ({ p99Ms }) => p99Ms, null),
    of('delay at the median, 50 messages/s each', 'ms', ({ paceP50Ms }) => paceP50Ms, null),
    of('delay at p99, 50 messages/s each', 'ms', ({ paceP99Ms }) => paceP99Ms, null),
    of('memory', 'bytes per viewer', ({ bytesPerViewer }) => bytesPerViewer, null),
  ]
}

function line({ name, unit, value, bareValue, ratio, aim }: Figure): string {
  const number = (amount: number) => amount.toLocaleString('en', { maximumFractionDigits: 1 })
  const beside = `${(ratio ?? 0).toFixed(2)} of the bare ${number(bareValue ?? 0)}`
  return `  ${name}: ${number(value)} ${unit}, ${beside}${aim === null ? '' : `  (aim ${aim})`}`
}
