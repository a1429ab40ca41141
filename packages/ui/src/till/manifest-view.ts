import type { DropId, ItemId, Moment, ReleaseIndex, StallState } from '@nightmarket/kernel'
import { isLeaseSelling, unitsHere, unsoldOf } from '@nightmarket/kernel'

/** What this till has to do with one item. Units. */
export interface ManifestLine {
  readonly itemId: ItemId
  readonly title: string
  /** What should lie at this till now. */
  readonly here: number
  readonly received: number
  readonly sold: number
  /** Given to other tills by slips. */
  readonly handedOn: number
  readonly returned: number
}

/** What a person calls an item: the variant that is nothing but one of it, or its id. */
export function itemTitle(index: ReleaseIndex | undefined, itemId: ItemId): string {
  for (const { title, components } of index?.release.variants ?? []) {
    const [first, ...others] = components
    if (others.length === 0 && first?.itemId === itemId && first.quantity === 1) return title
  }
  return itemId
}

/** Everything this till ever held, by item, in the order of their names. [TV25] */
export function manifestOf(state: StallState): readonly ManifestLine[] {
  const lines = new Map<ItemId, ManifestLine>()
  for (const lease of state.leases.values()) {
    const { itemId } = lease
    const line = lines.get(itemId)
    lines.set(itemId, {
      itemId,
      title: line?.title ?? itemTitle(state.active?.index, itemId),
      here: unitsHere(state, itemId),
      received: (line?.received ?? 0) + lease.granted,
      sold: (line?.sold ?? 0) + lease.sold,
      handedOn: (line?.handedOn ?? 0) + lease.subleased,
      returned: (line?.returned ?? 0) + lease.returned,
    })
  }
  return [...lines.values()].sort((left, right) => left.title.localeCompare(right.title))
}

/** What can be handed to another till by one slip: of one item, in one drop. */
export interface HandableLine {
  readonly dropId: DropId
  readonly itemId: ItemId
  readonly title: string
  readonly left: number
}

/** What can be handed on, each with the most that one slip takes. [TV26] */
export function handableOf(state: StallState, moment: Moment): readonly HandableLine[] {
  return [...state.pools.values()].flatMap(({ dropId, itemId, leases }) => {
    const counts = leases
      .filter((lease) => !lease.isBySlip && isLeaseSelling(lease, moment))
      .map(unsoldOf)
    const left = Math.max(0, ...counts)
    if (left === 0) return []
    return [{ dropId, itemId, left, title: itemTitle(state.active?.index, itemId) }]
  })
}

/** How one item stands in the books beside this till. */
export interface ReconciledLine {
  readonly itemId: ItemId
  readonly title: string
  readonly here: number
  readonly booked: number
}

/** What the books say, for `reconcile`. */
export interface BookedHoldings {
  readonly sequence: number
  readonly feedHead: number
  readonly holdings: readonly { readonly itemId: string; readonly units: number }[]
}

/**
 * Books against journal before doors: one line for each item that either of them knows. [TV27]
 * `null` while one of them has news that the other has not heard: nothing is to be compared then.
 */
export function reconcile(
  state: StallState,
  books: BookedHoldings,
): readonly ReconciledLine[] | null {
  if (books.sequence !== state.sequence || books.feedHead !== state.feedPosition) return null
  const booked = new Map(books.holdings.map(({ itemId, units }) => [itemId, units]))
  const lines = manifestOf(state).map(({ itemId, title, here }) => {
    const units = booked.get(itemId) ?? 0
    booked.delete(itemId)
    return { itemId, title, here, booked: units }
  })
  const unknown = [...booked].map(([itemId, units]) => {
    return { itemId: itemId as ItemId, title: itemId, here: 0, booked: units }
  })
  return [...lines, ...unknown]
}

/** A count as it is typed: whole units, or `null` for what is none. [TV28] */
export function parseCount(text: string): number | null {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : null
}
