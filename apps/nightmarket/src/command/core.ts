import { defineCommand } from '../command-line/command.ts'
import { textOr } from '../command-line/option.ts'
import { MARKET_FILES, openMarket } from '../market/market-folder.ts'
import { announceRunning } from '../market/running.ts'
import { listenForEnd } from '../role/until-stopped.ts'
import {
  currencyOption,
  booksOf,
  databaseOf,
  listenOptions,
  marketOptions,
  PORT_DEFAULT,
  portOption,
} from './server-options.ts'
import { assertNotRunning, readyLine } from './up.ts'

/** `core`: the books alone. */
export const coreCommand = defineCommand({
  name: 'core',
  summary: 'Start the core alone: catalogue, leases, payments, books',
  details:
    'On PostgreSQL several may run at once: give each the same market.key and admin.token. ' +
    'Payments go to Stripe when STRIPE_SECRET_KEY and STRIPE_WEBHOOK_SECRET are set, and else to ' +
    'the sandbox at --processor.',
  options: {
    ...marketOptions,
    port: portOption(PORT_DEFAULT + 1, 'The port'),
    processor: textOr('URL', `http://127.0.0.1:${PORT_DEFAULT + 2}`, 'The sandbox’s address'),
    currency: currencyOption('The currency of a new market (default: EUR)'),
    ...listenOptions,
  },
  examples: ['core', 'core --database postgres://localhost/market --host 0.0.0.0'],
  async run({ values, report }) {
    const databaseUrl = databaseOf(values.database)
    const folder = openMarket(values.data, booksOf(databaseUrl))
    if (databaseUrl === null) assertNotRunning(values.data)
    const { path } = folder
    const { createLog } = await import('../host/log.ts')
    const logging = { isJson: values['log-json'] }
    const ending = listenForEnd(createLog('core', logging))
    const { stripeFromEnvironment } = await import('../role/processor-choice.ts')
    const { openSandboxSecrets } = await import('../role/start-sandbox.ts')
    const sandbox = () => ({ ...openSandboxSecrets(path), baseUrl: values.processor })
    const processor = stripeFromEnvironment() ?? sandbox()
    const { port, host: hostname, currency } = values
    const { startCore } = await import('../role/start-core.ts')
    const core = await startCore(
      { folder: path, databaseUrl, currency, processor, port, hostname, logging },
      ending.onDefect,
    )
    const addresses = { edge: null, core: core.url, sandbox: null }
    const withdraw = announceRunning(values.data, addresses)
    const adminTokenFile = MARKET_FILES.token(path)
    const lines = [
      `The core listens at ${core.url}   its reference: ${core.url}/reference`,
      `  Tills        ${core.url}/till/   a code for one: nightmarket enrol --till`,
      `  Admin token  ${adminTokenFile}`,
      `  Next         nightmarket enrol --name NAME, for an edge`,
    ]
    const json = { ...addresses, adminTokenFile, pid: process.pid }
    report({ json, text: [...lines, readyLine(addresses)].join('\n') })
    await ending.stopped
    withdraw()
    await core[Symbol.asyncDispose]()
    return null
  },
})
