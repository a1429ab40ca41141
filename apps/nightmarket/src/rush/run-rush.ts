import type { Clientele } from './buyer.ts'
import { letIn, seeOut } from './crowd.ts'
import { concludeMarket, type Conclusion } from './conclude.ts'
import { describeTally, sayEvery } from './live-line.ts'
import { RUSH_DROP, writeOneVariantShow } from './one-variant-show.ts'
import { waitUntilOpen } from './open-show.ts'
import { OwnMarket } from './own-market.ts'
import { runCommand } from './run-command.ts'
import { listenForStop } from './stopping.ts'
import { Tally } from './tally.ts'
import { makeTroubles, type TroubleReport, type Troubles } from './troubles.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** A rush on one thing, in a market of its own. */
export interface RushOptions {
  readonly units: number
  readonly buyers: number
  readonly concurrency: number
  readonly edges: number
  readonly troubles: Troubles
  readonly seed: number
}

/** What came of it. */
export interface RushResult {
  readonly options: RushOptions
  readonly tally: Tally
  readonly troubles: TroubleReport
  readonly conclusion: Conclusion
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
  return { options, tally, troubles, conclusion, startMs }
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
