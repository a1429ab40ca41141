import { readFileSync, statSync } from 'node:fs'
import { basename } from 'node:path'

import type { ImportRejection } from '@nightmarket/kernel'

import { defineCommand, type Report } from '../command-line/command.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { EXIT, Problem } from '../problem.ts'
import { count, counted } from '../terminal/format.ts'
import { table } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { currencyOption, marketOptions } from './server-options.ts'

/** `import`: products from Shopify's CSV; idempotent; every rejected row is named. */
export const importCommand = defineCommand({
  name: 'import',
  summary: 'Import products from Shopify’s product CSV',
  details:
    'The same file again changes nothing. A row that cannot be taken is reported with its line, ' +
    'field and reason, and the others are imported: exit code 0. When nothing can be taken, ' +
    'nothing is changed: exit code 1.',
  arguments: [{ name: 'FILE.csv', about: 'the product file, or - for standard input' }],
  options: {
    ...marketOptions,
    currency: currencyOption('The currency of the prices; only while the market has no products'),
  },
  examples: ['import products.csv', 'import samples/catalogue.csv --data ./market'],
  async run({ values, arguments: [file], terminal }) {
    const path = file ?? '-'
    const csv = readFile(path)
    const { currency } = values
    await using connection = await connectCore(values, { mayCreate: true, currency })
    const { client, folder } = connection
    const megabytes = Buffer.byteLength(csv) / 1_000_000
    terminal.progress(`Importing ${basename(path)} (${megabytes.toFixed(1)} MB) …`)
    // `init` has the last word on headers, so that it carries the token as well.
    const headers = {
      authorization: `Bearer ${folder.adminToken}`,
      'content-type': 'text/csv; charset=utf-8',
    }
    const init = { body: csv, headers }
    try {
      const report = await ask(client.v1.catalogue.import.$post({}, { init }))
      return imported(basename(path), report, terminal)
    } catch (error) {
      const rejected = rejectedOf(error)
      if (rejected === null) throw error
      return nothingImported(basename(path), rejected, terminal)
    }
  },
})

interface ImportedReport {
  readonly products: {
    readonly created: number
    readonly changed: number
    readonly unchanged: number
  }
  readonly variants: { readonly created: number; readonly removed: number; readonly total: number }
  readonly stock: { readonly unitsAdded: number; readonly unitsTaken: number }
  readonly rejected: readonly RejectedRow[]
  readonly refused: readonly { readonly code: string; readonly variantId: string }[]
}

type RejectedRow = Omit<ImportRejection, 'code'> & { readonly code: string }

function imported(name: string, report: ImportedReport, terminal: Terminal): Report {
  const { products, variants, stock, rejected, refused } = report
  const total = products.created + products.changed + products.unchanged
  const lines = [
    `${terminal.paint('green', '✓')} ${name}: ${counted(total, 'product')}, ` +
      `${counted(variants.total, 'variant')}.`,
    `  ${count(products.created)} new, ${count(products.changed)} changed, ` +
      `${count(products.unchanged)} unchanged`,
  ]
  if (stock.unitsAdded + stock.unitsTaken > 0) {
    lines.push(`  Stock: ${count(stock.unitsAdded)} units added, ${count(stock.unitsTaken)} taken`)
  }
  if (variants.removed > 0) lines.push(`  ${counted(variants.removed, 'variant')} removed`)
  const parts = [lines.join('\n')]
  if (rejected.length > 0) parts.push(rejectedText(rejected, terminal))
  if (refused.length > 0) parts.push(refusedText(refused, terminal))
  return { json: { file: name, ...report }, text: parts.join('\n\n') }
}

function nothingImported(
  name: string,
  rejected: readonly RejectedRow[],
  terminal: Terminal,
): Report {
  const head = terminal.paint('red', `✗ Nothing in ${name} could be imported; nothing was changed.`)
  return {
    json: { file: name, error: { code: 'product_file_invalid' }, rejected },
    text: `${head}\n\n${rejectedText(rejected, terminal)}`,
    exitCode: EXIT.failed,
  }
}

/** The most rows that a person wants to read at once; `--json` has them all. */
const ROWS_SHOWN_MAX = 50

function rejectedText(rejected: readonly RejectedRow[], terminal: Terminal): string {
  const rows = table(
    rejected.slice(0, ROWS_SHOWN_MAX),
    [
      { title: 'LINE', align: 'right', cell: ({ line }) => String(line) },
      { title: 'FIELD', cell: ({ field }) => field },
      { title: 'REASON', cell: ({ code }) => code.replaceAll('_', ' ') },
      { title: 'VALUE', shortens: true, cell: ({ value }) => value },
    ],
    terminal,
  )
  const head = terminal.paint('yellow', `${counted(rejected.length, 'row')} not imported`)
  const rest = rejected.length - ROWS_SHOWN_MAX
  return rest > 0
    ? `${head}\n${rows}\n… and ${count(rest)} more; --json lists all`
    : `${head}\n${rows}`
}

function refusedText(refused: ImportedReport['refused'], terminal: Terminal): string {
  const kept = `${counted(refused.length, 'variant')} kept their stock`
  const head = `${kept}: the file has less than is lent or sold`
  const rows = table(
    refused.slice(0, ROWS_SHOWN_MAX),
    [
      { title: 'VARIANT', cell: ({ variantId }) => variantId },
      { title: 'REASON', cell: ({ code }) => code.replaceAll('_', ' ') },
    ],
    terminal,
  )
  return `${terminal.paint('yellow', head)}\n${rows}`
}

/** The rows that a refused file names, or `null` when it failed for another reason. */
function rejectedOf(error: unknown): readonly RejectedRow[] | null {
  if (!(error instanceof Problem) || error.code !== 'product_file_invalid') return null
  const rejected = error.facts['rejected']
  return Array.isArray(rejected) ? (rejected as readonly RejectedRow[]) : null
}

function readFile(path: string): string {
  if (path !== '-' && statSync(path).isDirectory()) {
    const title = `${path} is a folder, not a product file.`
    throw new Problem({ code: 'file_is_folder', title, wayOut: 'Name the CSV file in it.' })
  }
  const bytes = readFileSync(path === '-' ? 0 : path)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (error) {
    if (!(error instanceof TypeError)) throw error
    const title = `${path} is not UTF-8 text.`
    const wayOut = 'Export it again as CSV in UTF-8, as Shopify does.'
    throw new Problem({ code: 'file_not_utf8', title, wayOut })
  }
}
