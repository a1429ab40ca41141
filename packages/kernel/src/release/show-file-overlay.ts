import type { FileNode } from './file-node.ts'
import type { OverlayContent, OverlayTemplate, Show } from './release.ts'
import type { ReadDrop } from './show-file-drop.ts'
import type { ListingContext } from './show-file-listing.ts'

const OVERLAYS_MAX = 100
const OVERLAY_TEXT_MAX = 140
const OVERLAY_MS_MAX = 86_400_000

const KINDS = 'buy_card, countdown, sold_counter, banner or winner'

/** Read what may be shown over the picture, each under an id of its own. [RE21] */
export function readOverlays(
  node: FileNode,
  drops: readonly ReadDrop[],
  show: Show,
  context: ListingContext,
): readonly OverlayTemplate[] {
  const ids = new Set<string>()
  return node.items(OVERLAYS_MAX).flatMap((item) => {
    const found = item.members('id', 'kind', 'text', 'drop', 'variant', 'endsAt', 'for')
    const templateId = found.id.id<'overlay'>('a short id for the overlay')
    const forMs = found.for.isAbsent ? null : found.for.duration(1_000, OVERLAY_MS_MAX)
    const content = readContent(found, drops, show, context)
    if (templateId === null || content === null) return []
    if (ids.has(templateId)) found.id.refuse('duplicate', 'an id that no other overlay has')
    ids.add(templateId)
    return [{ templateId, content, forMs }]
  })
}

interface OverlayNodes {
  readonly kind: FileNode
  readonly text: FileNode
  readonly drop: FileNode
  readonly variant: FileNode
  readonly endsAt: FileNode
}

/** The content by its kind; what a kind does not show is refused, not ignored. */
function readContent(
  nodes: OverlayNodes,
  drops: readonly ReadDrop[],
  show: Show,
  context: ListingContext,
): OverlayContent | null {
  const { kind, text, drop, variant, endsAt } = nodes
  const read = () => text.text('what it says', OVERLAY_TEXT_MAX)
  switch (kind.value) {
    case 'buy_card':
      refuseExtra(text, endsAt)
      return readBuyCard(drop, variant, drops, context)
    case 'countdown':
      refuseExtra(variant)
      return readCountdown(read(), nodes, drops, show, context)
    case 'sold_counter': {
      refuseExtra(variant, endsAt)
      const [said, found] = [read(), readDrop(drop, drops)]
      if (said === null || found === null) return null
      return { kind: 'sold_counter', dropId: found.drop.dropId, text: said }
    }
    case 'banner':
    case 'winner': {
      refuseExtra(drop, variant, endsAt)
      const said = read()
      return said === null ? null : { kind: kind.value, text: said }
    }
    default:
      return kind.refuse(kind.isAbsent ? 'missing' : 'not_text', KINDS)
  }
}

function refuseExtra(...nodes: readonly FileNode[]): void {
  for (const node of nodes) {
    if (!node.isAbsent) node.refuse('key_unknown', 'nothing: this kind of overlay does not show it')
  }
}

function readBuyCard(
  drop: FileNode,
  variant: FileNode,
  drops: readonly ReadDrop[],
  { lookup }: ListingContext,
): OverlayContent | null {
  const found = readDrop(drop, drops)
  const wanted = 'a variant that the drop lists'
  const reference = variant.text(wanted)
  if (found === null || reference === null) return null
  const { dropId, listings } = found.drop
  const wantedId = lookup(reference)?.variantId
  const listing = listings.find(
    ({ variantId }) => variantId === reference || variantId === wantedId,
  )
  if (listing === undefined) return variant.refuse('listing_unknown', wanted)
  return { kind: 'buy_card', dropId, variantId: listing.variantId }
}

/** To a time of the show, or to the end of the drop that it names. */
function readCountdown(
  text: string | null,
  { drop, endsAt }: OverlayNodes,
  drops: readonly ReadDrop[],
  show: Show,
  { times }: ListingContext,
): OverlayContent | null {
  const found = drop.isAbsent ? null : readDrop(drop, drops)
  const shown = { start: show.startsAtMs, end: show.endsAtMs }
  const anchors = found?.open.anchors ?? shown
  const byDefault = found?.open.closesAtMs ?? show.endsAtMs
  const endsAtMs = endsAt.isAbsent ? byDefault : times.read(endsAt, anchors)
  return text === null || endsAtMs === null ? null : { kind: 'countdown', text, endsAtMs }
}

function readDrop(node: FileNode, drops: readonly ReadDrop[]): ReadDrop | null {
  const dropId = node.id<'drop'>('the id of a drop of this show')
  if (dropId === null) return null
  const names = drops.map(({ drop }) => drop.dropId).join(', ')
  const found = drops.find(({ drop }) => drop.dropId === dropId)
  return found ?? node.refuse('drop_unknown', `one of ${names}`)
}
