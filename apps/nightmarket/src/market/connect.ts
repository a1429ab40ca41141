import { createCoreClient, type CoreClient } from '@nightmarket/core/client'

import { booksOf, databaseOf } from '../command/server-options.ts'
import { Problem } from '../problem.ts'
import { ask } from './ask.ts'
import { openKnownMarket, openMarket, type MarketFolder } from './market-folder.ts'
import { findRunning } from './running.ts'

/** A way to ask a market's core, whether or not it runs. Close it when the command is done. */
export interface Connection extends AsyncDisposable {
  readonly client: CoreClient
  readonly folder: MarketFolder
  /** Whether a server answers; otherwise the core works in this process, for this command. */
  readonly isServed: boolean
}

/** What a command says of its market. */
export interface MarketValues {
  readonly data: string
  readonly database: string | null
}

/**
 * Reach the core of a market: the server that `run.json` names, or the core's own app composed in
 * this process. Either way the client, its routes and their checks are the same.
 */
export async function connectCore(
  values: MarketValues,
  options: {
    /** Make the market when there is none. */
    readonly mayCreate?: boolean
    /** The command asks the payment processor. */
    readonly needsProcessor?: boolean
    /** The currency that a person chose for the market. */
    readonly currency?: string | null
  } = {},
): Promise<Connection> {
  const databaseUrl = databaseOf(values.database)
  const open = options.mayCreate === true ? openMarket : openKnownMarket
  const running = findRunning(values.data)
  const coreUrl = running?.core ?? null
  if (coreUrl !== null && (await isAnswering(coreUrl))) {
    const folder = openKnownMarket(values.data, 'any')
    const client = createCoreClient(coreUrl, { token: folder.adminToken })
    await assertCurrency(client, options.currency ?? null)
    return { client, folder, isServed: true, [Symbol.asyncDispose]: async () => undefined }
  }
  const folder = open(values.data, booksOf(databaseUrl))
  const { composeCore } = await import('../role/compose-core.ts')
  const { needsProcessor = false, currency = null } = options
  const composed = await composeCore({ folder, databaseUrl, needsProcessor, currency })
  const client = createCoreClient(IN_PROCESS, { token: folder.adminToken, fetch: composed.fetch })
  return {
    client,
    folder,
    isServed: false,
    [Symbol.asyncDispose]: () => composed[Symbol.asyncDispose](),
  }
}

/** The currency of a market that runs is chosen where it is started. */
async function assertCurrency(client: CoreClient, wanted: string | null): Promise<void> {
  if (wanted === null) return
  const { currency } = await ask(client.v1.market.$get())
  if (currency === wanted) return
  throw new Problem({
    code: 'currency_differs',
    title: `This market trades in ${currency}, not in ${wanted}.`,
    wayOut: `Before it has products: stop it, and start it with --currency ${wanted}.`,
  })
}

/** The address of an app that is called without a socket: it only has to be one. */
const IN_PROCESS = 'http://in-process'

/** How long a server on this machine may take to say that it is there. */
const ANSWER_MS = 5_000

/** A number of a process that ended may be another's by now: then nobody listens there. */
async function isAnswering(url: string): Promise<boolean> {
  try {
    const signal = AbortSignal.timeout(ANSWER_MS)
    const response = await fetch(`${url}/healthz`, { signal })
    await response.body?.cancel()
    return response.ok
  } catch (error) {
    if (error instanceof Error && error.name === 'TimeoutError') throw silent(url)
    return false
  }
}

function silent(url: string): Problem {
  return new Problem({
    code: 'core_silent',
    title: `The core at ${url} is there but does not answer within ${ANSWER_MS / 1_000} s.`,
    wayOut: 'Wait until it has less to do, or stop it and look at its log.',
  })
}
