import { createCoreApp, type PaymentRunner } from '@nightmarket/core'
import type { Log, Metrics } from '@nightmarket/http'

import { readClocks } from '../host/clock.ts'
import { createLog } from '../host/log.ts'
import { zonedToEpochMs } from '../host/zone.ts'
import { MARKET_FILES, type MarketFolder } from '../market/market-folder.ts'
import { findRunning } from '../market/running.ts'
import { version } from '../version.ts'
import { openCore, type OpenCore } from './open-core.ts'
import { stripeFromEnvironment, type ProcessorChoice } from './processor-choice.ts'
import { openSandboxSecrets, startSandbox } from './start-sandbox.ts'

/** What the app of an open core is made with. */
export interface AppParts {
  readonly folder: MarketFolder
  readonly log: Log
  readonly metrics: Metrics | null
  readonly runner: Pick<PaymentRunner, 'wake'> | null
  readonly closing?: AbortSignal
  readonly onDefect: (error: unknown) => void
}

/** The core's app on books that are open: the same for a server and for one command. */
export function appOf({ core }: OpenCore, parts: AppParts) {
  const { folder, log, metrics, runner, closing, onDefect } = parts
  return createCoreApp({
    core,
    version,
    log,
    metrics,
    onDefect,
    adminTokenHash: folder.adminTokenHash,
    monotonicMs: () => readClocks().monotonicMs,
    toEpochMs: zonedToEpochMs,
    wakePayments: () => runner?.wake(),
    ...(closing === undefined ? {} : { closing }),
  })
}

/** A core in this process, for the length of one command. */
export interface ComposedCore extends AsyncDisposable {
  readonly core: OpenCore
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
}

/**
 * Compose a core without a server. Payments are not made by it: what a command decides is carried
 * out when a core runs. `needsProcessor` starts the sandbox for a command that asks it.
 */
export async function composeCore(options: {
  readonly folder: MarketFolder
  readonly databaseUrl: string | null
  readonly currency: string | null
  readonly needsProcessor: boolean
}): Promise<ComposedCore> {
  const { folder, databaseUrl, currency } = options
  await using opened = new AsyncDisposableStack()
  const processor = await chooseProcessor(options, opened)
  const core = opened.use(await openCore({ folder, databaseUrl, processor, currency }))
  const onDefect = (error: unknown) => {
    throw error
  }
  const log = createLog('core', { isJson: false })
  const { app } = appOf(core, { folder, log, metrics: null, runner: null, onDefect })
  const parts = opened.move()
  return {
    core,
    fetch: async (input, init) => app.request(input, init),
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

async function chooseProcessor(
  { folder, needsProcessor }: { readonly folder: MarketFolder; readonly needsProcessor: boolean },
  opened: AsyncDisposableStack,
): Promise<ProcessorChoice> {
  const stripe = stripeFromEnvironment()
  if (stripe !== null) return stripe
  const secrets = openSandboxSecrets(folder.path)
  if (!needsProcessor) return { ...secrets, baseUrl: NOBODY }
  const running = findRunning(MARKET_FILES.sandbox(folder.path))?.sandbox ?? null
  if (running !== null) return { ...secrets, baseUrl: running }
  const options = { folder: folder.path, port: 0, hostname: '127.0.0.1' }
  const sandbox = opened.use(await startSandbox(options))
  return { ...secrets, baseUrl: sandbox.url }
}

/** The discard port: for a core whose command asks no processor. */
const NOBODY = 'http://127.0.0.1:9'
