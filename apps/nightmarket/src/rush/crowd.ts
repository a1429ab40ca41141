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
  /** How long those in line stay after the last one arrived. */
  readonly lineMs: number
  readonly seed: number
}

/**
 * Let a crowd in, and resolve when everybody has gone home.
 *
 * Each edge has turns of its own, so that one that is away keeps only its own visitors waiting.
 */
export async function runCrowd(crowd: Crowd, tally: Tally): Promise<void> {
  const closing = new AbortController()
  const perEdge = Math.max(1, Math.floor(crowd.concurrency / crowd.doors.length))
  const shops = crowd.doors.map((door, edge) => {
    return { edge, door, turns: new Turns(perEdge), tally, closing: closing.signal }
  })
  const arrivals = [...planArrivals(crowd)]
  const visits: Promise<unknown>[] = []
  await Promise.all(shops.map((shop) => letIn(shop, arrivals, shops.length, visits)))
  const patience = setTimeout(() => closing.abort(), crowd.lineMs)
  await Promise.all(visits)
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
async function letIn(
  shop: Shop,
  arrivals: readonly Arrival[],
  edges: number,
  visits: Promise<unknown>[],
): Promise<void> {
  const startedMs = performance.now()
  for (let index = shop.edge; index < arrivals.length; index += edges) {
    const arrival = arrivals[index]
    if (arrival === undefined) break
    const earlyMs = startedMs + arrival.afterMs - performance.now()
    if (earlyMs >= 1) await delay(earlyMs)
    await shop.turns.take()
    visits.push(visit(arrival.buyer, shop))
  }
}
