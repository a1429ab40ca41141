import { coreGauges, createPaymentRunner, createReconciler } from '@nightmarket/core'
import type { Log } from '@nightmarket/http'
import { createPrometheusMetrics, serve } from '@nightmarket/http/host'

import { createLog, type LogOptions } from '../host/log.ts'
import { openMarket } from '../market/market-folder.ts'
import { appOf } from './compose-core.ts'
import { openCore } from './open-core.ts'
import type { ProcessorChoice } from './processor-choice.ts'
import type { RunningRole } from './running-role.ts'
import { tillsBelowCore } from './tills-below-core.ts'
import { startUpkeep } from './upkeep.ts'

/** What a core is started with. Plain data: it crosses to a thread. */
export interface CoreOptions {
  /** The market's folder. */
  readonly folder: string
  readonly databaseUrl: string | null
  /** For a market without products; `null` leaves it as it is. */
  readonly currency: string | null
  readonly processor: ProcessorChoice
  readonly port: number
  readonly hostname: string
  readonly logging: LogOptions
}

/**
 * Start a core: books, payments, reconciliation, upkeep, HTTP; closed in reverse.
 *
 * What was in flight at the processor when the last one ended is looked up before anything else is
 * asked. Throws `Problem`, `BooksFault` and `ServeFault`.
 */
export async function startCore(
  options: CoreOptions,
  onDefect: (error: unknown) => void,
): Promise<RunningRole> {
  const { databaseUrl, processor, currency, port, hostname } = options
  const log = createLog('core', options.logging)
  const folder = openMarket(options.folder, databaseUrl === null ? 'sqlite' : 'postgres')
  await using opened = new AsyncDisposableStack()
  const open = opened.use(await openCore({ folder, databaseUrl, processor, currency }))
  const { core } = open
  const runner = createPaymentRunner(core, {
    onError: (error) =>
      log.error({ err: error }, 'a payment could not be carried on; it is tried again'),
  })
  const closing = new AbortController()
  const metrics = createPrometheusMetrics({ gauges: coreGauges(core), ofProcess: true })
  const { app } = appOf(open, { folder, log, metrics, runner, closing: closing.signal, onDefect })
  app.route('/', tillsBelowCore((path) => app.request(path)))
  await runner.start()
  opened.defer(() => runner.stop())
  opened.use(
    createReconciler(core, {
      onError: (error) =>
        log.error({ err: error }, 'a reconciliation failed; the next is in a minute'),
    }),
  )
  opened.use(startUpkeep(core, log))
  const server = opened.use(await serve(app, { port, hostname }))
  opened.defer(() => closing.abort())
  await announceToSandbox(server.url, processor, log)
  const parts = opened.move()
  return { port: server.port, url: server.url, [Symbol.asyncDispose]: () => parts.disposeAsync() }
}

/** Tell the sandbox where its webhooks go. Without them payments are only looked up later. */
async function announceToSandbox(
  coreUrl: string,
  { baseUrl, webhookSecret: secret }: ProcessorChoice,
  log: Log,
): Promise<void> {
  if (baseUrl === null) return
  const endpoints = [{ url: `${coreUrl}/webhooks/stripe`, secret }]
  try {
    const response = await fetch(`${baseUrl}/sandbox/endpoints`, {
      method: 'PUT',
      body: JSON.stringify({ endpoints }),
      signal: AbortSignal.timeout(ANNOUNCE_MS),
    })
    await response.body?.cancel()
    if (!response.ok) log.warn({ status: response.status }, 'the sandbox does not take webhooks')
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    log.warn({ sandbox: baseUrl, reason }, 'the sandbox is out of reach; payments wait for it')
  }
}

/** How long the sandbox may take to note an address. */
const ANNOUNCE_MS = 3_000
