import { randomInt } from 'node:crypto'
import { resolve } from 'node:path'

import { defineCommand } from '../command-line/command.ts'
import { flag, integer, integerOr, text, valueProblem } from '../command-line/option.ts'
import { MARKET_FILES, openKnownMarket } from '../market/market-folder.ts'
import { usageProblem } from '../problem.ts'
import { runRush, runRushAt, type CrowdOptions, type RushAtOptions } from '../rush/run-rush.ts'
import { rushReport } from '../rush/rush-report.ts'
import { booksOf, databaseOf, marketOptions } from './server-options.ts'

/** What a rush in a market of its own is like when nobody says otherwise. */
const UNITS = { min: 1, max: 1_000_000 }
const UNITS_DEFAULT = 1_000
const EDGES_DEFAULT = 2

/** `rush`: real buyers over HTTP against real processes, from an empty folder to verified books. */
export const rushCommand = defineCommand({
  name: 'rush',
  summary: 'Let a crowd of buyers rush on a few units, and verify what came of it',
  details:
    'Starts a market of its own in a temporary folder, each part a process, and removes it in ' +
    'the end. Every buyer asks for an offer, taps, and repeats with the same id when the ' +
    'connection is lost; every receipt is kept and held against journals and books. With --url ' +
    'the crowd goes to an edge that runs and buys what it sells; --data names its market, to ' +
    'verify it. Exit code 1 when anything was lost, sold twice or does not verify.',
  options: {
    units: integer('N', UNITS, `Units there are to sell (default: ${UNITS_DEFAULT})`),
    buyers: integerOr('M', 3_000, { min: 1, max: 500_000 }, 'People who come'),
    concurrency: integerOr('C', 64, { min: 1, max: 4_096 }, 'Taps under way at once'),
    edges: integer('K', { min: 1, max: 32 }, `Edges that sell (default: ${EDGES_DEFAULT})`),
    'cut-uplink': integer(
      'SECONDS',
      { min: 1, max: 600 },
      'Cut the way from the edges to the core for that long, in the middle',
    ),
    'kill-edge': flag('End an edge with kill -9 in the middle, and start it again'),
    seed: integer('N', { min: 0, max: 0xffff_ffff }, 'Makes the crowd the same again'),
    url: text('URL', 'An edge that runs already'),
    data: text('DIR', 'Its market’s folder, to verify; only with --url'),
    database: marketOptions.database,
  },
  examples: [
    'rush --units 500 --buyers 5000',
    'rush --units 2000 --buyers 20000 --edges 3 --cut-uplink 10 --kill-edge --json',
    'rush --url http://127.0.0.1:7070 --data ./market --buyers 100',
  ],
  async run({ values, terminal }) {
    const { buyers, concurrency, url, units, edges } = values
    const crowd = { buyers, concurrency, seed: values.seed ?? randomInt(0x1_0000_0000) }
    if (url !== null) {
      assertNothingOfItsOwn({ ...values })
      return rushReport(await runRushAt(atUrl(url, crowd, values), terminal), terminal)
    }
    if (values.data !== null) throw onlyWithUrl(values.data)
    const own = { ...crowd, units: units ?? UNITS_DEFAULT, edges: edges ?? EDGES_DEFAULT }
    const troubles = { cutMs: (values['cut-uplink'] ?? 0) * 1_000, killsEdge: values['kill-edge'] }
    return rushReport(await runRush({ ...own, troubles }, terminal), terminal)
  },
})

/** What only makes sense in a market that the rush has started. */
function assertNothingOfItsOwn(values: Readonly<Record<string, unknown>>): void {
  for (const option of ['units', 'edges', 'cut-uplink', 'kill-edge']) {
    if (values[option] === null || values[option] === false) continue
    const title = `--${option} is for a market of the rush’s own, not for one that runs.`
    const wayOut = `Leave --${option} or --url out.`
    throw usageProblem({ code: 'option_invalid', title, wayOut })
  }
}

function atUrl(
  url: string,
  crowd: CrowdOptions,
  { data, database }: { readonly data: string | null; readonly database: string | null },
): RushAtOptions {
  if (!URL.canParse(url) || new URL(url).protocol !== 'http:') {
    throw valueProblem('url', url, 'Give the address of an edge, such as http://127.0.0.1:7070.')
  }
  if (data === null) return { ...crowd, url, market: null }
  const databaseUrl = databaseOf(database)
  const folder = resolve(data)
  const { marketKey } = openKnownMarket(folder, booksOf(databaseUrl))
  const books = databaseUrl === null ? { path: MARKET_FILES.books(folder) } : { url: databaseUrl }
  return { ...crowd, url, market: { folder, books, publicKey: marketKey.publicKey } }
}

function onlyWithUrl(data: string): Error {
  const title = `A rush without --url has a market of its own, not the one in ${data}.`
  const wayOut = 'Give --url as well, or leave --data out.'
  return usageProblem({ code: 'option_invalid', title, wayOut })
}
