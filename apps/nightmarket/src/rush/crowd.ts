import { setTimeout as delay } from 'node:timers/promises'

import { createBuyer, type Buyer, type Clientele } from './buyer.ts'
import { createDice } from './dice.ts'
import type { Door } from './door.ts'
import type { Tally } from './tally.ts'
import { Turns } from './turns.ts'
import { visit, type Shop } from './visit.ts'

/** Who comes, when, and to which edges. */
export interface Crowd {
  readonly doors: readonly Door[]
  readonly buyers: number
  /** Requests under way at once, over all edges. */
  readonly concurrency: number
  readonly clientele: Clientele
  /** Over how long they arrive, evenly; 0 is all at once. */
  readonly arrivalMs: number
  readonly seed: number
  /** Ends it at once. */
  readonly stopped: AbortSignal
  /** Once it aborts nobody comes any more. */
  readonly doorsClosed?: AbortSignal
}

/** A crowd that is on its way in, or out. */
export interface RunningCrowd {
  /** Everybody has come and tapped, or is waiting for the answer. */
  readonly arrived: Promise<void>
  /** Everybody has gone home. Those in line go when they are served, or when it is closed. */
  readonly gone: Promise<void>
  /** Those who still stand in line go home. */
  readonly close: () => void
}

/**
 * Let a crowd in.
 *
 * Each edge has turns of its own, so that one that is away keeps only its own visitors waiting.
 */
export function letIn(crowd: Crowd, tally: Tally): RunningCrowd {
  const { doors, concurrency, stopped } = crowd
  const closed = new AbortController()
  const closing = AbortSignal.any([stopped, closed.signal])
  const perEdge = Math.max(1, Math.floor(concurrency / doors.length))
  const arrivals = [...planArrivals(crowd)]
  const visits: Promise<unknown>[] = []
  const arriving = doors.map((door, edge) => {
    const shop = { edge, door, turns: new Turns(perEdge), tally, closing, stopped }
    const ended = AbortSignal.any([stopped, ...(crowd.doorsClosed ? [crowd.doorsClosed] : [])])
    return letInAt(shop, { arrivals, edges: doors.length, ended }, visits)
  })
  const arrived = Promise.all(arriving).then(() => undefined)
  const gone = arrived.then(() => Promise.all(visits)).then(() => undefined)
  return { arrived, gone, close: () => closed.abort() }
}

/** Close crowds after a while, and resolve when everybody has gone home. */
export async function seeOut(crowds: readonly RunningCrowd[], afterMs: number): Promise<void> {
  const patience = setTimeout(() => crowds.forEach((crowd) => crowd.close()), afterMs)
  await Promise.all(crowds.map(({ gone }) => gone))
  clearTimeout(patience)
}

interface Arrival {
  readonly buyer: Buyer
  /** From the start of the crowd. */
  readonly afterMs: number
}

function* planArrivals({ buyers, clientele, arrivalMs, seed }: Crowd): Iterable<Arrival> {
  const dice = createDice(seed)
  for (let index = 0; index < buyers; index += 1) {
    yield { buyer: createBuyer(clientele, dice), afterMs: (arrivalMs * index) / buyers }
  }
}

/** Let in those who come to this edge: every n-th, when it is time and somebody has a turn. */
async function letInAt(
  shop: Shop,
  { arrivals, edges, ended }: {
    readonly arrivals: readonly Arrival[]
    readonly edges: number
    readonly ended: AbortSignal
  },
  visits: Promise<unknown>[],
): Promise<void> {
  const startedMs = performance.now()
  for (let index = shop.edge; index < arrivals.length; index += edges) {
    const arrival = arrivals[index]
    if (arrival === undefined || ended.aborted) break
    const earlyMs = startedMs + arrival.afterMs - performance.now()
    if (earlyMs >= 1) await delay(earlyMs)
    await shop.turns.take()
    visits.push(visit(arrival.buyer, shop))
  }
}
