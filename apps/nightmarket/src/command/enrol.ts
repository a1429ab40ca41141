import { writeFileSync } from 'node:fs'
import { extname } from 'node:path'
import { renderUnicodeCompact } from 'uqr'

import { defineCommand } from '../command-line/command.ts'
import { flag, integerOr, text } from '../command-line/option.ts'
import { ask } from '../market/ask.ts'
import { connectCore } from '../market/connect.ts'
import { findRunning } from '../market/running.ts'
import { usageProblem } from '../problem.ts'
import { time } from '../terminal/format.ts'
import { drawSheet } from '../view/enrolment-sheet.ts'
import { nodeIdOption } from './node-id.ts'
import { marketOptions } from './server-options.ts'

const MINUTES = { min: 1, max: 7 * 24 * 60 } as const

/** `enrol`: a one-time code for an edge or a till. */
export const enrolCommand = defineCommand({
  name: 'enrol',
  summary: 'Make a one-time code that lets an edge or a till join this market',
  details:
    'The code is told once and good once. With --node a known node whose storage was lost or ' +
    'restored gets a new epoch: its old journal is never taken again. With --till the code also ' +
    'comes as a QR of the address that opens the till with it; --at says where tablets reach an ' +
    'edge, or the core where there is none; by default, what runs here. Tablets need https, or ' +
    'an address of their own machine: browsers keep keys nowhere else. --qr makes a sheet of it, ' +
    'to be printed or held in front of the tablet’s camera.',
  options: {
    ...marketOptions,
    till: flag('A till, not an edge'),
    name: text('NAME', 'What people call it (default: edge, or till)'),
    at: text('URL', 'With --till: where tablets reach an edge or the core (default: here)'),
    qr: text('FILE', 'With --till: the QR as a sheet, .svg or .png'),
    node: text('ID', 'A known node that needs a new epoch'),
    minutes: integerOr('N', 60, MINUTES, 'How long the code is good'),
  },
  examples: [
    'enrol --name hall-3',
    'enrol --till --name bar --at https://market.example',
    'enrol --till --name bar --at https://market.example --qr bar.png',
    'enrol --node 0b7c0a2e-… --name hall-3',
  ],
  async run({ values, terminal }) {
    const { till, node, minutes } = values
    const kind = till ? 'till' : 'edge'
    const name = values.name ?? kind
    const address = till ? tillAddress(values.at, values.data) : null
    const file = sheetFile(values.qr, address)
    await using connection = await connectCore(values, { mayCreate: true })
    const known = node === null ? {} : { nodeId: nodeIdOption(node) }
    const ticket = await ask(
      connection.client.v1.enrolments.$post({
        json: { kind, name, ttlMs: minutes * 60_000, ...known },
      }),
    )
    const url = address === null ? null : enrolmentUrl(address, ticket.code)
    const until = time(ticket.expiresAtMs)
    if (file !== null && url !== null) {
      // A code is good for whoever holds it: the sheet is for its maker's eyes until it is shown.
      const sheet = await drawSheet({ name, code: ticket.code, url, until }, file)
      writeFileSync(file, sheet, { mode: 0o600 })
    }
    const lines = till ? describeTill(url) : describeEdge(ticket.code, name)
    const said = [
      `The code for ${name} is ${terminal.paint('bold', ticket.code)}`,
      `  Good once, until ${until}.`,
      ...(file === null ? [] : [`  To be printed or shown: ${file}`]),
      ...lines,
    ]
    return { json: { name, kind, ...ticket, url, sheet: file }, text: said.join('\n') }
  },
})

/** The till's page takes the code from the fragment, which no browser sends to a server. */
function enrolmentUrl(address: string, code: string): string {
  return `${address}/till/#enrol=${code}`
}

/** Where tablets reach an edge, or the core; `null` when nobody said and neither runs here. */
function tillAddress(given: string | null, data: string): string | null {
  const running = findRunning(data)
  const address = given ?? running?.edge ?? running?.core ?? null
  if (address === null || URL.canParse(address)) return address?.replace(/\/+$/, '') ?? null
  throw usageProblem({
    code: 'option_invalid',
    title: `--at does not take "${address}".`,
    wayOut: 'Give the address of an edge or of the core, such as https://market.example.',
  })
}

/** Where the sheet goes: checked before a code is made, which is told once. */
function sheetFile(file: string | null, address: string | null): string | null {
  if (file === null) return null
  if (!['.svg', '.png'].includes(extname(file).toLowerCase())) {
    throw usageProblem({
      code: 'option_invalid',
      title: `--qr does not take "${file}".`,
      wayOut: 'Name a file that ends in .svg or .png.',
    })
  }
  if (address !== null) return file
  throw usageProblem({
    code: 'option_missing',
    title: '--qr needs a till, and the address of an edge or of the core to put into the QR.',
    wayOut: 'Add --till, and --at URL where neither runs here.',
  })
}

function describeEdge(code: string, name: string): readonly string[] {
  return [`  On the edge: nightmarket edge --core URL --enrol ${code} --name ${name}`]
}

function describeTill(url: string | null): readonly string[] {
  if (url === null) {
    return [
      '  On the tablet: open /till/ of an edge or of the core and type it. --at URL makes a QR.',
    ]
  }
  const { hostname } = new URL(url)
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  const hint = isLocal ? ['  This address is of this machine only; --at names another.'] : []
  return [`  On the tablet: scan this, or open ${url}`, ...hint, '', renderUnicodeCompact(url)]
}
