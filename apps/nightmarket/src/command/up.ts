import { relative, resolve } from 'node:path'

import { defineCommand, type Report } from '../command-line/command.ts'
import { MARKET_FILES, openMarket, type MarketFolder } from '../market/market-folder.ts'
import { announceRunning, findRunning, type Addresses } from '../market/running.ts'
import { Problem } from '../problem.ts'
import { listenForEnd } from '../role/until-stopped.ts'
import type { Terminal } from '../terminal/terminal.ts'
import {
  currencyOption,
  booksOf,
  databaseOf,
  listenOptions,
  marketOptions,
  PORT_DEFAULT,
  portOption,
  rtmpPortOf,
  rtmpPortOption,
  iceServersOf,
  iceServersOption,
  srtPortOption,
  publicUrlOf,
  publicUrlOption,
  trustedProxiesOf,
} from './server-options.ts'

/** `up`: core, one edge and the sandbox processor in one process; goes on where it was. */
export const upCommand = defineCommand({
  name: 'up',
  summary: 'Start a market here: core, one edge and the sandbox processor',
  details:
    'Makes the folder on the first start, and goes on where it was on the next. Prints one line ' +
    'that begins with "ready " when everything listens; with --json its one object is the sign. ' +
    'Stops cleanly on Ctrl-C or SIGTERM; a second one stops at once. With STRIPE_SECRET_KEY and ' +
    'STRIPE_WEBHOOK_SECRET set, payments go to Stripe and there is no sandbox.',
  options: {
    ...marketOptions,
    port: portOption(
      PORT_DEFAULT,
      'The edge’s port; the core has the next, the sandbox the one after',
    ),
    currency: currencyOption('The currency of a new market (default: EUR)'),
    'rtmp-port': rtmpPortOption,
    'srt-port': srtPortOption,
    'ice-servers': iceServersOption,
    ...publicUrlOption,
    ...listenOptions,
  },
  examples: ['up', 'up --data ./market --port 8080', 'up --database postgres://localhost/market'],
  async run({ values, terminal, report }) {
    const databaseUrl = databaseOf(values.database)
    const folder = openMarket(values.data, booksOf(databaseUrl))
    assertNotRunning(values.data)
    const { createLog } = await import('../host/log.ts')
    const logging = { isJson: values['log-json'] }
    const ending = listenForEnd(createLog('nightmarket', logging))
    const { port, host: hostname, currency } = values
    const { onDefect } = ending
    const { startMarket } = await import('../role/start-market.ts')
    const publicUrl = publicUrlOf(values['public-url'])
    const trustedProxies = trustedProxiesOf(values['trust-proxy'])
    const rtmpPort = rtmpPortOf(values)
    const srtPort = values['srt-port']
    const iceServers = iceServersOf(values['ice-servers'])
    const reach = { hostname, rtmpPort, srtPort, iceServers, publicUrl, trustedProxies }
    const place = { folder, databaseUrl, currency, port, ...reach }
    const market = await startMarket({ ...place, logging, onDefect })
    const { addresses } = market
    const withdraw = announceRunning(values.data, addresses)
    report(describe(addresses, folder, values.data, terminal))
    await ending.stopped
    withdraw()
    await market[Symbol.asyncDispose]()
    return null
  },
})

/** Refuse a second process on books that are a file: two could not share the edge's journal. */
export function assertNotRunning(data: string): void {
  const running = findRunning(data)
  if (running === null) return
  const address = running.edge ?? running.core
  const place = address === null ? '' : ` at ${address}`
  throw new Problem({
    code: 'market_running',
    title: `The market in ${resolve(data)} is running already${place}.`,
    wayOut: `Use it, or stop it first: kill ${running.pid}.`,
  })
}

/** Where encoders send to, for people. */
export function encoderText({ rtmp, srt }: Pick<Addresses, 'rtmp' | 'srt'>): string {
  return [rtmp, srt].filter((url) => typeof url === 'string').join(' or ')
}

/** The one line that tells a program that everything listens, and where. */
export function readyLine(addresses: Addresses): string {
  const parts = Object.entries(addresses).flatMap(([name, url]) =>
    url === null ? [] : [`${name}=${url}`],
  )
  return `ready ${parts.join(' ')}`
}

function describe(
  addresses: Addresses,
  folder: MarketFolder,
  data: string,
  terminal: Terminal,
): Report {
  const { edge, core, sandbox } = addresses
  const adminTokenFile = MARKET_FILES.token(folder.path)
  const rows: readonly (readonly [string, string])[] = [
    ['The stage', `${edge}   what viewers open on their phones`],
    ['Tills', `${edge}/till/   a code for one: nightmarket enrol --till`],
    ['Storefront API', `${edge}   its reference: ${edge}/reference`],
    ['Encoder', `${encoderText(addresses)}   its key: nightmarket show key`],
    ['Admin API', `${core}   its reference: ${core}/reference`],
    ['Payments', sandbox === null ? 'Stripe' : `sandbox at ${sandbox}, no real money`],
    ['Public key', `${near(MARKET_FILES.publicKey(folder.path))}   anyone checks receipts with it`],
    ['Admin token', near(adminTokenFile)],
  ]
  const options = data === marketOptions.data.read(null, 'data') ? '' : ` --data ${data}`
  const next: readonly (readonly [string, string])[] = [
    [`nightmarket import FILE.csv${options}`, 'bring products in, from Shopify’s CSV'],
    [`nightmarket show apply FILE.yaml${options}`, 'open a show with its drops'],
    [`nightmarket orders${options}`, 'see what was sold'],
  ]
  const text = [
    `${terminal.paint('bold', 'The market is open.')} Ctrl-C closes it; no sale is lost.`,
    lay(rows),
    `${terminal.paint('bold', 'Next, in another window')}\n${lay(next)}`,
    readyLine(addresses),
  ].join('\n\n')
  return { json: { ...addresses, data: folder.path, adminTokenFile, pid: process.pid }, text }
}

/** A path as a person here would type it. */
function near(path: string): string {
  const shown = relative('.', path)
  return shown.startsWith('..') ? path : shown
}

function lay(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([left]) => left.length))
  return rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n')
}
