import type { Report } from '../command-line/command.ts'
import { isMarket } from '../market/market-folder.ts'
import { findRunning } from '../market/running.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { version } from '../version.ts'

const DATA_DEFAULT = './market'

/** What `nightmarket` alone says: what to do next, from what is in the usual folder. */
export async function welcome(terminal: Terminal): Promise<Report> {
  const running = findRunning(DATA_DEFAULT)
  const state = running !== null ? 'running' : isMarket(DATA_DEFAULT) ? 'stopped' : 'none'
  const steps = STEPS[state]
  const width = Math.max(...steps.map(([command]) => command.length))
  const lines = steps.map(([command, about]) => `  ${command.padEnd(width)}  ${about}`)
  const where = running?.edge ?? running?.core ?? null
  const head = {
    running: `The market in ${DATA_DEFAULT} is running${where === null ? '' : ` at ${where}`}.`,
    stopped: `There is a market in ${DATA_DEFAULT}. It is not running.`,
    none: 'Nothing is sold here yet.',
  }[state]
  const title = terminal.paint('bold', `Nightmarket ${version}`)
  const text = [`${title}: live drops, sold exactly once.`, '', head, '', ...lines].join('\n')
  const next = steps.map(([command, about]) => ({ command, about }))
  return { json: { version, market: state, next }, text }
}

type Step = readonly [command: string, about: string]

const EVERYTHING: Step = ['nightmarket --help', 'all commands']

const STEPS: Readonly<Record<'none' | 'stopped' | 'running', readonly Step[]>> = {
  none: [
    ['nightmarket up', 'start a market here, in ./market'],
    ['npm run demo', 'watch a whole drop: a rush, a cut uplink, a killed edge, the books'],
    EVERYTHING,
  ],
  stopped: [
    ['nightmarket up', 'go on where it was'],
    ['nightmarket orders', 'what was sold'],
    ['nightmarket verify', 'check journals, receipts and books'],
    EVERYTHING,
  ],
  running: [
    ['nightmarket import FILE.csv', 'bring products in, from Shopify’s CSV'],
    ['nightmarket show apply FILE', 'open a show with its drops'],
    ['nightmarket orders', 'what was sold'],
    ['nightmarket stock', 'where the units are'],
    EVERYTHING,
  ],
}
