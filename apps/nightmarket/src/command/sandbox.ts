import { defineCommand } from '../command-line/command.ts'
import { textOr } from '../command-line/option.ts'
import { isMarket, MARKET_FILES } from '../market/market-folder.ts'
import { announceRunning } from '../market/running.ts'
import { listenForEnd } from '../role/until-stopped.ts'
import { listenOptions, PORT_DEFAULT, portOption } from './server-options.ts'
import { readyLine } from './up.ts'
import { resolve } from 'node:path'

/** `sandbox`: the test processor alone, for a core that runs elsewhere. */
export const sandboxCommand = defineCommand({
  name: 'sandbox',
  summary: 'Start the sandbox processor alone: Stripe’s API, no real money, faults on demand',
  details: 'Its secrets are in sandbox/secrets.json of the market’s folder, which the core reads.',
  options: {
    data: textOr('DIR', './market', 'The market’s folder'),
    port: portOption(PORT_DEFAULT + 2, 'The port'),
    ...listenOptions,
  },
  examples: ['sandbox --data ./market'],
  async run({ values, report }) {
    isMarket(values.data)
    const { createLog } = await import('../host/log.ts')
    const ending = listenForEnd(createLog('sandbox', { isJson: values['log-json'] }))
    const { port, host: hostname } = values
    const folder = resolve(values.data)
    const { startSandbox } = await import('../role/start-sandbox.ts')
    await using running = await startSandbox({ folder, port, hostname })
    const addresses = { edge: null, core: null, sandbox: running.url }
    const withdraw = announceRunning(MARKET_FILES.sandbox(folder), addresses)
    const text = [
      `The sandbox processor listens at ${running.url}.`,
      `  Faults: POST ${running.url}/sandbox/faults    State: GET ${running.url}/sandbox/state`,
      readyLine(addresses),
    ].join('\n')
    report({ json: { ...addresses, pid: process.pid }, text })
    await ending.stopped
    withdraw()
    return null
  },
})
