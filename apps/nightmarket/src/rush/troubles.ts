import { setTimeout as delay } from 'node:timers/promises'

import type { OwnMarket } from './own-market.ts'
import type { Tally } from './tally.ts'

/** What is done to a market while people buy. */
export interface Troubles {
  /** How long the way from the edges to the core is cut, in milliseconds; 0 is not at all. */
  readonly cutMs: number
  /** Whether an edge is ended with SIGKILL and started again. */
  readonly killsEdge: boolean
}

/** What was done, for the report. Milliseconds from the first tap. */
export interface TroubleReport {
  readonly cut: CutReport | null
  readonly kill: KillReport | null
}

/** How long the uplink was away, and how many orders the edges accepted without it. */
export interface CutReport {
  readonly fromMs: number
  readonly untilMs: number
  readonly soldMeanwhile: number
}

/** Which edge was killed, when, and how long until it was ready again. */
export interface KillReport {
  readonly edge: string
  readonly atMs: number
  readonly awayMs: number
}

/** When, by how many of all have come. */
const CUT_AT = 1 / 6
const KILL_AT = 1 / 2

/** How often it is looked whether it is time. */
const LOOK_MS = 10

/** Cut the uplink and kill an edge in the middle of a rush. Resolves when all is well again. */
export async function makeTroubles(
  market: OwnMarket,
  tally: Tally,
  { before = 0, buyers, troubles, stopped, note }: {
    /** How many came before this crowd, and how many it has. */
    readonly before?: number
    readonly buyers: number
    readonly troubles: Troubles
    readonly stopped: AbortSignal
    readonly note: (text: string) => void
  },
): Promise<TroubleReport> {
  const whenCame = async (share: number) => {
    while (tally.arrived < before + buyers * share && !stopped.aborted) await delay(LOOK_MS)
  }
  const sinceFirst = () => Math.round(performance.now() - (tally.firstTapMs ?? performance.now()))
  const cut = async () => {
    if (troubles.cutMs === 0) return null
    await whenCame(CUT_AT)
    const [fromMs, soldBefore] = [sinceFirst(), tally.promises.count]
    note(`The way from the edges to the core is cut for ${troubles.cutMs / 1_000} seconds.`)
    market.cutUplinks()
    await delay(troubles.cutMs, undefined, { signal: stopped }).catch(() => undefined)
    market.restoreUplinks()
    const soldMeanwhile = tally.promises.count - soldBefore
    note(`The way is there again; the edges sold ${soldMeanwhile} orders without it.`)
    return { fromMs, untilMs: sinceFirst(), soldMeanwhile }
  }
  const kill = async () => {
    const edge = market.edges.at(-1)?.server
    if (!troubles.killsEdge || edge === undefined) return null
    await whenCame(KILL_AT)
    if (stopped.aborted) return null
    const atMs = sinceFirst()
    await edge.kill()
    note(`${edge.name} was ended with kill -9 in the middle of selling.`)
    await edge.restart()
    const awayMs = sinceFirst() - atMs
    note(`${edge.name} is back after ${(awayMs / 1_000).toFixed(1)} seconds, with its journal.`)
    return { edge: edge.name, atMs, awayMs }
  }
  const [cutReport, killReport] = await Promise.all([cut(), kill()])
  return { cut: cutReport, kill: killReport }
}
