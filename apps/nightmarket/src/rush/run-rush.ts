import type { Clientele } from './buyer.ts'
import { letIn, seeOut } from './crowd.ts'
import { concludeMarket, type Conclusion } from './conclude.ts'
import { describeTally, sayEvery } from './live-line.ts'
import { RUSH_DROP, writeOneVariantShow } from './one-variant-show.ts'
import { Door } from './door.ts'
import { readWishes, waitUntilOpen } from './open-show.ts'
import { OwnMarket } from './own-market.ts'
import { runCommand } from './run-command.ts'
import { listenForStop } from './stopping.ts'
import { Tally } from './tally.ts'
import { makeTroubles, type TroubleReport, type Troubles } from './troubles.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A crowd, and how much of it at once. */
export interface CrowdOptions {
  readonly buyers: number
  readonly concurrency: number
  readonly seed: number
}

/** A rush on one thing, in a market of its own. */
export interface RushOptions extends CrowdOptions {
  readonly units: number
  readonly edges: number
  readonly troubles: Troubles
}

/** A rush on whatever an edge that runs sells now. */
export interface RushAtOptions extends CrowdOptions {
  readonly url: string
  /** The edge's market, when it is on this machine; `null` is verified by nobody. */
  readonly market: Pick<OwnMarket, 'folder' | 'books' | 'publicKey'> | null
}

/** What came of it. */
export interface RushResult {
  readonly buyers: number
  readonly edges: number
  /** `null` at somebody else's edge, whose stock nobody asked for. */
  readonly units: number | null
  readonly seed: number
  readonly tally: Tally
  readonly troubles: TroubleReport
  readonly conclusion: Conclusion | null
  /** From the start of each process to its `ready`, by name. Milliseconds. */
  readonly startMs: Readonly<Record<string, number>>
}

/** How long those in line stay after the last one came: the longest hold and a rescue. */
const LINE_MS = 30_000

/** How long the last payments may take: a refused connection is tried again within seconds. */
const SETTLE_MS = 60_000

/** How often a rush says how it stands. */
const SAY_MS = 250

/** While the uplink is cut people keep coming: they arrive over this much of its length. */
const ARRIVAL_PER_CUT = 1.5

/** Run a rush from an empty folder to verified books. Throws the `Problem` that ended it. */
export async function runRush(options: RushOptions, terminal: Terminal): Promise<RushResult> {
  using stopping = listenForStop()
  const { stopped, stop } = stopping
  const { edges, units } = options
  const say = terminal.progress
  await using market = await OwnMarket.open({ edges, onDeath: stop, onProgress: say })
  const { catalogue, show, clientele } = writeOneVariantShow(market.folder, { units })
  await runCommand(['import', catalogue, '--data', market.folder])
  await runCommand(['show', 'apply', show, '--data', market.folder])
  await waitUntilOpen(market.doors, [{ ...RUSH_DROP, weight: 1 }], stopped)
  const tally = new Tally()
  const troubles = await sell(market, tally, { options, clientele, stopped, terminal })
  stopped.throwIfAborted()
  const conclusion = await concludeMarket(market, tally, { waitMs: SETTLE_MS, stopped, say })
  stopped.throwIfAborted()
  terminal.endProgress()
  const servers = [market.sandbox, ...market.cores, ...market.edges.map(({ server }) => server)]
  const startMs = Object.fromEntries(servers.map((each) => [each.name, Math.round(each.startMs)]))
  const { buyers, seed } = options
  return { buyers, edges, units, seed, tally, troubles, conclusion, startMs }
}

/** Run a rush at an edge that runs already. Throws `Problem` when it sells nothing. */
export async function runRushAt(options: RushAtOptions, terminal: Terminal): Promise<RushResult> {
  using stopping = listenForStop()
  const { stopped } = stopping
  const { url, market, buyers, concurrency, seed } = options
  const door = new Door(url)
  const wishes = await readWishes(door)
  const clientele = { wishes, decliningShare: 0, returningShare: 0.5, patientShare: 0.9 }
  const tally = new Tally()
  const say = terminal.progress
  const endSaying = sayEvery(SAY_MS, () => say(describeTally(tally, buyers, [])))
  const crowd = { doors: [door], buyers, concurrency, clientele, arrivalMs: 0, seed, stopped }
  const running = letIn(crowd, tally)
  await running.arrived
  await seeOut([running], LINE_MS)
  endSaying()
  door.close()
  stopped.throwIfAborted()
  const settling = { waitMs: SETTLE_MS, stopped, say }
  const conclusion = market === null ? null : await concludeMarket(market, tally, settling)
  stopped.throwIfAborted()
  terminal.endProgress()
  const troubles = { cut: null, kill: null }
  return { buyers, edges: 1, units: null, seed, tally, troubles, conclusion, startMs: {} }
}

async function sell(
  market: OwnMarket,
  tally: Tally,
  { options, clientele, stopped, terminal }: {
    readonly options: RushOptions
    readonly clientele: Clientele
    readonly stopped: AbortSignal
    readonly terminal: Terminal
  },
): Promise<TroubleReport> {
  const { buyers, concurrency, troubles, seed } = options
  const { doors } = market
  const notes = () => (market.links.some((link) => link.isCut) ? ['the uplink is cut'] : [])
  const endSaying = sayEvery(SAY_MS, () => terminal.progress(describeTally(tally, buyers, notes())))
  const note = terminal.note
  try {
    const arrivalMs = troubles.cutMs * ARRIVAL_PER_CUT
    const crowd = letIn(
      { doors, buyers, concurrency, clientele, arrivalMs, seed, stopped },
      tally,
    )
    const made = await makeTroubles(market, tally, { buyers, troubles, stopped, note })
    await crowd.arrived
    await seeOut([crowd], LINE_MS)
    return made
  } finally {
    endSaying()
    terminal.endProgress()
  }
}
