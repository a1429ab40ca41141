import { setTimeout as delay } from 'node:timers/promises'

import type { DropView, ShowView } from '@nightmarket/edge'

import { Problem } from '../problem.ts'
import type { Wish } from './buyer.ts'
import { isConnectionLost, type Door } from './door.ts'
import type { HttpAnswer } from './http-connection.ts'

/** How long an edge may take until it has the release and its first units. */
const OPEN_MS_MAX = 20_000

/** Wait until every edge sells every wish. Throws `Problem` that names the edge and the drop. */
export async function waitUntilOpen(
  doors: readonly Door[],
  wishes: readonly Wish[],
  stopped: AbortSignal,
): Promise<void> {
  const untilMs = performance.now() + OPEN_MS_MAX
  for (const door of doors) {
    for (const dropId of new Set(wishes.map((wish) => wish.dropId))) {
      const variants = wishes.filter((wish) => wish.dropId === dropId).map((wish) => wish.variantId)
      while (!stopped.aborted && !(await sells(door, dropId, variants))) {
        if (performance.now() > untilMs) throw notOpen(door, dropId)
        await delay(50)
      }
    }
  }
}

/** Whether an edge has at least one unit of one of the variants. */
async function sells(door: Door, dropId: string, variants: readonly string[]): Promise<boolean> {
  const answer = await tryAsk(door, `/v1/drops/${dropId}`)
  if (answer?.status !== 200) return false
  const { phase, listings } = JSON.parse(answer.body) as DropView
  const units = listings
    .filter(({ variantId }) => variants.includes(variantId))
    .reduce((sum, { unitsHere }) => sum + unitsHere, 0)
  return phase === 'open' && units > 0
}

function notOpen(door: Door, dropId: string): Problem {
  return new Problem({
    code: 'drop_not_open',
    title: `The edge at ${door.url} does not sell the drop "${dropId}".`,
    wayOut: 'See that its show is active and on, and that it has units: nightmarket stock.',
  })
}

/** Everything that the show at an edge sells now. Throws `Problem` when that is nothing. */
export async function readWishes(door: Door): Promise<readonly Wish[]> {
  const answer = await tryAsk(door, '/v1/show')
  if (answer?.status !== 200) {
    const title = `There is no show on at ${door.url}${answer === null ? ': nobody answers' : ''}.`
    const wayOut = 'Apply one with nightmarket show apply FILE, or give the --url of an edge.'
    throw new Problem({ code: 'show_unknown', title, wayOut })
  }
  const { drops } = JSON.parse(answer.body) as ShowView
  const nowMs = Date.now()
  const wishes = drops
    .filter(({ opensAtMs, closesAtMs }) => opensAtMs <= nowMs && nowMs < closesAtMs)
    .flatMap(({ dropId, listings }) =>
      listings.map(({ variantId }) => ({ dropId, variantId, weight: 1 })),
    )
  if (wishes.length > 0) return wishes
  throw notOpen(door, drops.map(({ dropId }) => dropId).join(', '))
}

async function tryAsk(door: Door, path: string): Promise<HttpAnswer | null> {
  try {
    return await door.ask({ method: 'GET', path })
  } catch (error) {
    if (isConnectionLost(error)) return null
    throw error
  }
}
