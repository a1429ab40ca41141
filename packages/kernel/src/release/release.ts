import type { DropId, ItemId, OfferId, PartyId, ReleaseId, ShowId, VariantId } from '../id.ts'
import type { Currency } from '../money.ts'

/**
 * Everything a show sells and how, frozen. Immutable and content-addressed: its id is the SHA-256
 * of its canonical JSON, so that the same content is the same release wherever it is applied.
 */
export interface Release {
  readonly format: 1
  readonly currency: Currency
  readonly show: Show
  readonly variants: readonly ReleaseVariant[]
  readonly drops: readonly Drop[]
  readonly offers: readonly Offer[]
  /** What may be shown over the picture. Absent: nothing, so that older content keeps its id. */
  readonly overlays?: readonly OverlayTemplate[]
  readonly split: readonly SplitShare[]
  readonly terms: SaleTerms
}

/** When and where a show is, in which languages, and who hosts it. */
export interface Show {
  readonly showId: ShowId
  readonly title: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** IANA name, such as `Europe/Berlin`. */
  readonly timeZone: string
  readonly place: string
  /** BCP 47 tags, the first is the default. */
  readonly languages: readonly string[]
  readonly hosts: readonly string[]
}

/** A variant as it was when the release was made. */
export interface ReleaseVariant {
  readonly variantId: VariantId
  readonly title: string
  readonly sku: string | null
  readonly barcode: string | null
  readonly imageUrl: string | null
  /** The stock one unit of this variant consumes. A bundle names several items. */
  readonly components: readonly Component[]
}

/** How many units of one item a unit of a variant consumes. */
export interface Component {
  readonly itemId: ItemId
  readonly quantity: number
}

/** A window in which listed variants sell. Opens at `opensAtMs`, closes before `closesAtMs`. */
export interface Drop {
  readonly dropId: DropId
  readonly title: string
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly listings: readonly Listing[]
}

/** A variant in a drop: its price, how many units, and how many of them one buyer gets. */
export interface Listing {
  readonly variantId: VariantId
  readonly priceMinor: number
  /** Units put into this drop; `null` offers all that is on hand. */
  readonly units: number | null
  /** The most units one buyer gets in this drop; `null` is no limit. */
  readonly perCustomer: number | null
  /** Prices for parts of the window; the first that contains the moment wins. */
  readonly priceWindows: readonly PriceWindow[]
}

/** A price from `fromMs` until just before `untilMs`. */
export interface PriceWindow {
  readonly fromMs: number
  readonly untilMs: number
  readonly priceMinor: number
}

/** A better price that the edge may show. A listing without an offer sells at its own price. */
export interface Offer {
  readonly offerId: OfferId
  readonly dropId: DropId
  readonly variantIds: readonly VariantId[]
  /** Hundredths of a percent off the listing's price: 1000 is 10 %. */
  readonly discountBasisPoints: number
  readonly fromMs: number
  readonly untilMs: number
  /** Only shown to viewers who consented to personal offers. */
  readonly needsConsent: boolean
  /** The share of viewers who see it, in basis points, by a hash of viewer and offer. */
  readonly audienceBasisPoints: number
  /** The most units one token of this offer buys. */
  readonly unitsMax: number
  /** A CEL expression over `OfferFacts` that has to hold. Absent: no condition. */
  readonly when?: string
  /** Not offered at a node that has sold so many units under it. Absent: no cap. */
  readonly unitsSoldMax?: number
  /** Not offered at a node that has given away so much under it. Absent: no budget. */
  readonly budgetMinor?: number
}

/** What may be shown over the picture, prepared before the show. */
export interface OverlayTemplate {
  readonly templateId: string
  readonly content: OverlayContent
  /** How long it stays; `null` until it is hidden. */
  readonly forMs: number | null
}

/** What stands in an overlay. A winner's name is given when it is shown. */
export type OverlayContent =
  | { readonly kind: 'buy_card'; readonly dropId: DropId; readonly variantId: VariantId }
  | { readonly kind: 'countdown'; readonly text: string; readonly endsAtMs: number }
  | { readonly kind: 'sold_counter'; readonly dropId: DropId; readonly text: string }
  | { readonly kind: 'banner'; readonly text: string }
  | { readonly kind: 'winner'; readonly text: string }

/** A party's share of each sale. The shares of a release add up to 10,000 basis points. */
export interface SplitShare {
  readonly partyId: PartyId
  readonly basisPoints: number
}

/** The times and limits of selling, with their defaults in `sale-terms.ts`. */
export interface SaleTerms {
  /** How long an offer token is good. */
  readonly tokenMs: number
  /** How long a hold waits for its buyer. */
  readonly holdMs: number
  /** How long after a rollback a promise made before it is kept. */
  readonly honourMs: number
  /** How long an order whose payment failed may be paid another way before its units go on. */
  readonly rescueMs: number
  /** What a buyer gets whose order is released since its units were not there; 0 is nothing. */
  readonly fallbackVoucherMinor: number
  readonly deferred: DeferredLimits
  /** What viewers may keep ready for tips and small things. Absent: nothing. */
  readonly wallet?: WalletTerms
}

/** An amount that a viewer's card sets aside once, and what may be drawn from it in one tap. */
export interface WalletTerms {
  readonly amountMinor: number
  /** The tips that the page offers. */
  readonly tipsMinor: readonly number[]
  /** The most that one order paid from it may cost; 0 is tips only. */
  readonly purchaseMinorMax: number
}

/** What a node may accept before the payment was checked. Set by the core, never by the node. */
export interface DeferredLimits {
  readonly orderMinorMax: number
  readonly buyerOrdersMax: number
  readonly ordersMax: number
  readonly sumMinorMax: number
  /** How old the oldest unchecked order may be; below the processor's 24 h idempotency window. */
  readonly ageMsMax: number
}

/** A release made current. Numbers only rise: a rollback is a new number with old content. */
export interface Activation {
  readonly number: number
  readonly releaseId: ReleaseId
  readonly activatedAtMs: number
  readonly reason: 'activate' | 'rollback'
}
