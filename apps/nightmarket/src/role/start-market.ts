import type { IceServer } from '@nightmarket/media/whip'

import type { Addresses } from '../market/running.ts'
import { createLog, type LogOptions } from '../host/log.ts'
import { edgeFolder, type MarketFolder } from '../market/market-folder.ts'
import { usageProblem } from '../problem.ts'
import { createEnrolmentAt } from './enrol-at.ts'
import { stripeFromEnvironment, type ProcessorChoice } from './processor-choice.ts'
import { startRoleThread } from './role-thread.ts'
import type { RunningRole } from './running-role.ts'
import { startEdge, type RunningEdge } from './start-edge.ts'
import { openSandboxSecrets } from './start-sandbox.ts'

/** The name of the edge that is started with the core. */
export const EDGE_NAME = 'main'

/** What a whole market is started with. */
export interface MarketOptions {
  readonly folder: MarketFolder
  readonly databaseUrl: string | null
  readonly currency: string | null
  /** The edge's; the core has the next, the sandbox the one after; 0 takes free ones. */
  readonly port: number
  readonly hostname: string
  /** Where encoders send the show; 0 takes a free port. */
  readonly rtmpPort?: number
  /** Where encoders call over SRT; absent or `null`: nowhere. */
  readonly srtPort?: number | null
  /** What helps phones to reach the edge; absent: nothing. */
  readonly iceServers?: readonly IceServer[]
  /** Where viewers reach the edge; `null`: where it listens. */
  readonly publicUrl: string | null
  /** As in `EdgeOptions`. */
  readonly trustedProxies?: readonly string[]
  readonly logging: LogOptions
  readonly onDefect: (error: unknown) => void
}

/** A whole market in one process. Closing it closes the edge first, the sandbox last. */
export interface RunningMarket extends AsyncDisposable {
  readonly addresses: Addresses
}

const PORT_MAX = 65_535

/**
 * Start core, edge and sandbox. Core and sandbox have threads of their own, so that their disk
 * never keeps a sale waiting; the edge talks to the core over HTTP, like any other.
 */
export async function startMarket(options: MarketOptions): Promise<RunningMarket> {
  await using opened = new AsyncDisposableStack()
  const stripe = stripeFromEnvironment()
  const sandbox = stripe === null ? opened.use(await startSandboxThread(options)) : null
  const sandboxUrl = sandbox?.url ?? null
  const processor = stripe ?? { ...openSandboxSecrets(options.folder.path), baseUrl: sandboxUrl }
  const core = opened.use(await startCoreThread(options, processor))
  const edge = opened.use(await startMainEdge(options, core.url, sandboxUrl))
  const parts = opened.move()
  return {
    addresses: { edge: edge.url, core: core.url, sandbox: sandboxUrl, ...edge.encoderUrls },
    [Symbol.asyncDispose]: () => parts.disposeAsync(),
  }
}

function startSandboxThread(options: MarketOptions): Promise<RunningRole> {
  const { folder, hostname, onDefect } = options
  const own = { folder: folder.path, port: portAt(options, 2), hostname }
  return startRoleThread({ role: 'sandbox', options: own }, onDefect)
}

function startCoreThread(options: MarketOptions, processor: ProcessorChoice): Promise<RunningRole> {
  const { folder, databaseUrl, currency, hostname, logging, onDefect } = options
  const place = { folder: folder.path, port: portAt(options, 1), hostname }
  const own = { ...place, databaseUrl, currency, processor, logging }
  return startRoleThread({ role: 'core', options: own }, onDefect)
}

function startMainEdge(
  options: MarketOptions,
  coreUrl: string,
  sandboxUrl: string | null,
): Promise<RunningEdge> {
  const { folder, port, hostname, rtmpPort = 0, srtPort = null } = options
  const { publicUrl, trustedProxies = [], logging, onDefect } = options
  return startEdge({
    folder: edgeFolder(folder.path, EDGE_NAME),
    name: EDGE_NAME,
    port,
    hostname,
    rtmpPort,
    srtPort,
    iceServers: options.iceServers ?? [],
    publicUrl,
    trustedProxies,
    coreUrl,
    sandboxUrl,
    enrolmentCode: () => createEnrolmentAt(coreUrl, folder.adminToken, EDGE_NAME),
    operatorTokenHash: folder.adminTokenHash,
    log: createLog('edge', logging),
    onDefect,
  })
}

function portAt({ port }: Pick<MarketOptions, 'port'>, offset: number): number {
  if (port === 0) return 0
  if (port + offset <= PORT_MAX) return port + offset
  throw usageProblem({
    code: 'option_invalid',
    title: `--port ${port} leaves no port for the core and the sandbox.`,
    wayOut: `Give a port up to ${PORT_MAX - 2}, or 0 for free ones.`,
  })
}
