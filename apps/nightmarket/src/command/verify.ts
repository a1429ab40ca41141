import { resolve } from 'node:path'

import { defineCommand, type Report } from '../command-line/command.ts'
import { integerOr } from '../command-line/option.ts'
import { isMarket, MARKET_FILES, openKnownMarket } from '../market/market-folder.ts'
import { EXIT, Problem } from '../problem.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { counted } from '../terminal/format.ts'
import {
  edgeFolders,
  verifyMarket,
  type Verification,
  type VerifyReport,
} from '../verify/verify-market.ts'
import { checkLines, violationLines } from '../verify/verify-text.ts'
import { booksOf, databaseOf, marketOptions } from './server-options.ts'

/** How many receipts of each journal are cut and checked when nobody says otherwise. */
const RECEIPTS_MAX = 2_000

/** `verify`: walks all journals and books of a market, running or not. */
export const verifyCommand = defineCommand({
  name: 'verify',
  summary: 'Check every journal, receipt, unit and cent of a market',
  details:
    'Reads only, and works beside a running market. Without books in the folder only the ' +
    'edges’ journals are walked. Exit code 1 when anything does not hold; each violation is named.',
  options: {
    ...marketOptions,
    receipts: integerOr(
      'N',
      RECEIPTS_MAX,
      { min: 0, max: 10_000_000 },
      'The most receipts that are cut and checked of each journal, evenly spread',
    ),
  },
  examples: ['verify', 'verify --data ./market --receipts 100000 --json'],
  async run({ values, terminal }) {
    const onProgress = terminal.progress
    const place = placeOf(values)
    const report = await verifyMarket({ ...place, receiptsMax: values.receipts, onProgress })
    terminal.endProgress()
    return describe(report, place.books === null, terminal)
  },
})

type Place = Pick<Verification, 'folder' | 'marketPublicKey' | 'books'>

function placeOf(values: { readonly data: string; readonly database: string | null }): Place {
  const folder = resolve(values.data)
  const databaseUrl = databaseOf(values.database)
  if (!isMarket(folder)) return edgesAlone(folder)
  const { marketKey } = openKnownMarket(folder, booksOf(databaseUrl))
  const path = MARKET_FILES.books(folder)
  const books = databaseUrl === null ? { path } : { url: databaseUrl }
  return { folder, marketPublicKey: marketKey.publicKey, books }
}

function edgesAlone(folder: string): Place {
  if (edgeFolders(folder).length > 0) return { folder, marketPublicKey: null, books: null }
  throw new Problem({
    code: 'market_unknown',
    title: `There is no market and no edge in ${folder}.`,
    wayOut: 'Name the market’s folder with --data DIR.',
  })
}

function describe(report: VerifyReport, isAlone: boolean, terminal: Terminal): Report {
  const { verified, violationCount, oversold, checks } = report
  const violations = checks.flatMap(({ id, violations: found }) =>
    found.map((each) => ({ check: id, ...each })),
  )
  const head = verified
    ? terminal.paint('green', '✓ Everything holds.')
    : terminal.paint('red', `✗ ${counted(violationCount, 'violation')}.`)
  const alone = isAlone ? ['The books are elsewhere: only journals were walked.'] : []
  const lines = [...checkLines(checks, terminal), '', head, ...alone, ...violationLines(checks)]
  return {
    json: { verified, violationCount, oversold, checks, violations },
    text: lines.join('\n'),
    exitCode: verified ? 0 : EXIT.failed,
  }
}
