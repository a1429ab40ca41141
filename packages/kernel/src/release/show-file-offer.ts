import type { OfferId, VariantId } from '../id.ts'
import type { FileNode } from './file-node.ts'
import type { Offer } from './release.ts'
import type { ReadDrop } from './show-file-drop.ts'
import type { ListingContext } from './show-file-listing.ts'
import { readSpan } from './show-time.ts'

const OFFERS_MAX = 200
const OFFER_VARIANTS_MAX = 500
const OFFER_UNITS_MAX = 1_000
const OFFER_CAP_MAX = 1_000_000

/** The longest rule, in characters. */
const RULE_LENGTH_MAX = 1_000

/**
 * Checks a rule over `OfferFacts` before a release carries it. `problem` says what is wrong and
 * where, or is `null`; `readsViewer` tells a rule that depends on who asks.
 */
export type RuleCheck = (rule: string) => {
  readonly problem: string | null
  readonly readsViewer: boolean
}

type OfferContext = ListingContext & { readonly checkRule: RuleCheck | undefined }

/**
 * Read the offers of a show, each for one drop. [RE17]
 *
 * By default an offer is for all that the drop lists, while it is open, to everybody without
 * asking for consent, and one token of it buys one unit.
 */
export function readOffers(
  node: FileNode,
  drops: readonly ReadDrop[],
  context: OfferContext,
): readonly Offer[] {
  const offerIds = new Set<OfferId>()
  return node.items(OFFERS_MAX).flatMap((item) => {
    const offer = readOffer(item, drops, context)
    if (offer === null) return []
    if (offerIds.has(offer.offerId)) item.refuse('duplicate', 'an id that no other offer has')
    offerIds.add(offer.offerId)
    return [offer]
  })
}

function readOffer(
  node: FileNode,
  drops: readonly ReadDrop[],
  context: OfferContext,
): Offer | null {
  const found = node.members(
    'id',
    'drop',
    'variants',
    'discount',
    'from',
    'until',
    'needsConsent',
    'audience',
    'unitsMax',
    'when',
    'cap',
    'budget',
  )
  const offerId = found.id.id<'offer'>('a short id for the offer')
  const discountBasisPoints = readDiscount(found.discount)
  const audienceBasisPoints = found.audience.isAbsent ? 10_000 : found.audience.percent()
  const rule = readRule(found.when, context.checkRule)
  const saysConsent = found.needsConsent.flag(false)
  const needsConsent = saysConsent === null ? null : saysConsent || rule.readsViewer
  const unitsMax = found.unitsMax.isAbsent ? 1 : found.unitsMax.whole(1, OFFER_UNITS_MAX)
  const of = readDropOf(found.drop, drops)
  if (of === null) return null
  const span = readSpan(node, found.from, found.until, of.open, context.times)
  const variantIds = readVariantIds(found.variants, of, context)
  if (offerId === null || discountBasisPoints === null || audienceBasisPoints === null) return null
  if (needsConsent === null || unitsMax === null || span === null) return null
  const terms = { discountBasisPoints, needsConsent, audienceBasisPoints, unitsMax }
  const conditions = { ...rule.when, ...readLimits(found, context) }
  return { offerId, dropId: of.drop.dropId, variantIds, ...span, ...terms, ...conditions }
}

/** A rule that was checked; one that reads the viewer makes the offer a personal one. [RE20] */
function readRule(
  node: FileNode,
  checkRule: RuleCheck | undefined,
): { readonly when: { readonly when?: string }; readonly readsViewer: boolean } {
  const none = { when: {}, readsViewer: false }
  if (node.isAbsent) return none
  const when = node.text('a CEL expression such as stock.unitsHere < 5', RULE_LENGTH_MAX)
  if (when === null) return none
  const checked = checkRule?.(when) ?? { problem: 'no rules: this market checks none' }
  if (checked.problem !== null) node.refuse('rule_invalid', checked.problem)
  return { when: { when }, readsViewer: 'readsViewer' in checked && checked.readsViewer }
}

/** What an offer may come to at each node. */
function readLimits(
  { cap, budget }: { readonly cap: FileNode; readonly budget: FileNode },
  { currency }: ListingContext,
): { readonly unitsSoldMax?: number; readonly budgetMinor?: number } {
  const unitsSoldMax = cap.isAbsent ? null : cap.whole(1, OFFER_CAP_MAX)
  const budgetMinor = budget.isAbsent ? null : budget.amount(currency, 1)
  return {
    ...(unitsSoldMax === null ? {} : { unitsSoldMax }),
    ...(budgetMinor === null ? {} : { budgetMinor }),
  }
}

function readDropOf(node: FileNode, drops: readonly ReadDrop[]): ReadDrop | null {
  const dropId = node.id<'drop'>('the id of a drop of this show')
  if (dropId === null) return null
  const found = drops.find(({ drop }) => drop.dropId === dropId)
  const names = drops.map(({ drop }) => drop.dropId).join(', ')
  return found ?? node.refuse('drop_unknown', `one of ${names}`)
}

function readDiscount(node: FileNode): number | null {
  const basisPoints = node.percent()
  if (basisPoints === null) return null
  const isWithin = basisPoints > 0 && basisPoints < 10_000
  return isWithin ? basisPoints : node.refuse('out_of_range', 'more than 0% and less than 100%')
}

/** The variants of an offer, which the drop must list: by id, by SKU, or a bundle by its id. */
function readVariantIds(
  node: FileNode,
  { drop }: ReadDrop,
  { lookup }: ListingContext,
): readonly VariantId[] {
  const listed: ReadonlySet<string> = new Set(drop.listings.map((listing) => listing.variantId))
  if (node.isAbsent) return drop.listings.map((listing) => listing.variantId)
  const found = new Set<VariantId>()
  for (const item of node.items(OFFER_VARIANTS_MAX)) {
    const reference = item.text('a variant that the drop lists')
    if (reference === null) continue
    const variantId = listed.has(reference) ? reference : lookup(reference)?.variantId
    if (variantId === undefined || !listed.has(variantId)) {
      item.refuse('listing_unknown', `one of ${[...listed].join(', ')}`)
    } else {
      found.add(variantId as VariantId)
    }
  }
  return [...found]
}
