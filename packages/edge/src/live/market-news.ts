import type { AppliedRelease, DropIndex, Moment, StallState } from '@nightmarket/kernel'

import { viewDrop } from '../show/show-view.ts'
import type { PublicMessage } from './live-hub.ts'
import type { LiveDrop } from './message.ts'

/** What everybody may know of a market at one moment. */
export interface MarketView {
  readonly active: AppliedRelease | null
  readonly drops: readonly LiveDrop[]
  /** By drop: the offers that are on, as one text. */
  readonly offersOn: ReadonlyMap<string, string>
}

/** A market before anything is known of it. */
export const MARKET_UNKNOWN: MarketView = { active: null, drops: [], offersOn: new Map() }

/** Look at the whole market. */
export function viewMarket(state: StallState, moment: Moment): MarketView {
  const { active } = state
  if (active === null) return MARKET_UNKNOWN
  const sold = unitsSold(state)
  const indexes = [...active.index.drops.values()]
  return {
    active,
    drops: indexes.map((drop): LiveDrop => {
      const { nowMs: _, ...view } = viewDrop(state, active, drop, moment)
      return { ...view, unitsSold: sold.get(drop.drop.dropId) ?? 0 }
    }),
    offersOn: new Map(indexes.map((drop) => [drop.drop.dropId, offersOn(drop, moment.atMs)])),
  }
}

function unitsSold({ leases }: StallState): ReadonlyMap<string, number> {
  const sold = new Map<string, number>()
  for (const { dropId, sold: units } of leases.values()) {
    sold.set(dropId, (sold.get(dropId) ?? 0) + units)
  }
  return sold
}

function offersOn({ offers }: DropIndex, nowMs: number): string {
  const on = offers.filter(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs)
  return on.map(({ offerId }) => offerId).join(' ')
}

/**
 * What to tell those who know `before`, so that they know `after`. [LV3]
 *
 * Another release is told with all its drops at once, since they may be others; else each thing
 * that changed is told by itself, so that a slow viewer can skip to its latest.
 */
export function* marketNews(before: MarketView, after: MarketView): Iterable<PublicMessage> {
  const { active } = after
  if (active !== null && active !== before.active) {
    const { releaseId, number } = active
    yield { type: 'release', releaseId, releaseNumber: number, drops: [...after.drops] }
    return
  }
  const known = new Map(before.drops.map((drop) => [drop.dropId, drop]))
  for (const drop of after.drops) {
    const old = known.get(drop.dropId)
    if (old !== undefined) yield* dropNews(old, drop)
    const { dropId } = drop
    if (before.offersOn.get(dropId) !== after.offersOn.get(dropId)) yield { type: 'offers', dropId }
  }
}

function* dropNews(before: LiveDrop, after: LiveDrop): Iterable<PublicMessage> {
  const { dropId, phase, opensAtMs, closesAtMs, lineLength, unitsSold: sold } = after
  if (before.phase !== phase) yield { type: 'phase', dropId, phase, opensAtMs, closesAtMs }
  for (const [at, { variantId, priceMinor, unitsHere, stock }] of after.listings.entries()) {
    const old = before.listings[at]
    if (old?.unitsHere !== unitsHere || old.stock !== stock) {
      yield { type: 'stock', dropId, variantId, unitsHere, stock }
    }
    if (old?.priceMinor !== priceMinor) yield { type: 'price', dropId, variantId, priceMinor }
  }
  if (before.lineLength !== lineLength || before.unitsSold !== sold) {
    yield { type: 'crowd', dropId, lineLength, unitsSold: sold }
  }
}
