import type { DropId, VariantId } from '../id.ts'
import type { FileNode } from './file-node.ts'
import type { Drop, Listing, Show } from './release.ts'
import { readListing, type ListingContext } from './show-file-listing.ts'
import { readEnd, type OpenTime } from './show-time.ts'

const DROPS_MAX = 100
const LISTINGS_MAX = 500

/** A drop as it was read, with the times that its offers are relative to. */
export interface ReadDrop {
  readonly drop: Drop
  readonly open: OpenTime
}

/** Read the drops of a show. At least one; each with an id of its own. */
export function readDrops(
  node: FileNode,
  show: Show,
  nowMs: number,
  context: ListingContext,
): readonly ReadDrop[] {
  const items = node.items(DROPS_MAX)
  if (items.length === 0) node.refuse('missing', 'at least one drop')
  const dropIds = new Set<DropId>()
  return items.flatMap((item) => {
    const found = item.members('id', 'title', 'opensAt', 'closesAt', 'duration', 'listings')
    const dropId = found.id.id<'drop'>('a short id for the drop')
    const title = found.title.text('what the drop is called')
    const open = readOpenTime(item, found, show, nowMs, context)
    const listings = readListings(found.listings, open, context)
    if (dropId === null || title === null) return []
    if (dropIds.has(dropId)) found.id.refuse('duplicate', 'an id that no other drop has')
    dropIds.add(dropId)
    const { opensAtMs, closesAtMs } = open
    return [{ drop: { dropId, title, opensAtMs, closesAtMs, listings }, open }]
  })
}

interface DropTimeNodes {
  readonly opensAt: FileNode
  readonly closesAt: FileNode
  readonly duration: FileNode
}

/** A drop's times, by default the show's. Refused ones count as the show's, for what follows. */
function readOpenTime(
  node: FileNode,
  { opensAt, closesAt, duration }: DropTimeNodes,
  show: Show,
  nowMs: number,
  { times }: ListingContext,
): OpenTime {
  const shown = { now: nowMs, start: show.startsAtMs, end: show.endsAtMs }
  const opened = opensAt.isAbsent ? show.startsAtMs : times.read(opensAt, shown)
  const opensAtMs = opened ?? show.startsAtMs
  const anchors = { ...shown, open: opensAtMs }
  const closed = readEnd(opensAtMs, { end: closesAt, duration }, times, anchors, show.endsAtMs)
  const closesAtMs = closed ?? show.endsAtMs
  if (opensAtMs < show.startsAtMs || closesAtMs > show.endsAtMs) {
    node.refuse('outside_show', 'times between the start and the end of the show')
  }
  return { opensAtMs, closesAtMs, anchors: { ...anchors, close: closesAtMs } }
}

function readListings(
  node: FileNode,
  open: OpenTime,
  context: ListingContext,
): readonly Listing[] {
  const items = node.items(LISTINGS_MAX)
  if (items.length === 0) node.refuse('missing', 'at least one listing')
  const variantIds = new Set<VariantId>()
  return items.flatMap((item) => {
    const listing = readListing(item, open, context)
    if (listing === null) return []
    if (variantIds.has(listing.variantId)) {
      item.refuse('duplicate', 'each variant once in a drop; price windows change its price')
    }
    variantIds.add(listing.variantId)
    return [listing]
  })
}
