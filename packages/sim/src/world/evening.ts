import type {
  DropId,
  ItemId,
  OfferId,
  PartyId,
  Product,
  Release,
  SaleTerms,
  ShowId,
  VariantId,
} from '@nightmarket/kernel'

/** The show that every universe sells. Two items, and a bundle that needs both of them. */
export const EVENING = {
  dropId: 'main' as DropId,
  mug: 'mug' as VariantId,
  print: 'print' as VariantId,
  bundle: 'bundle' as VariantId,
  items: ['mug', 'print'] as ItemId[],
} as const

/** What a universe wants of its release. Times are absolute. */
export interface EveningFields {
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly terms: SaleTerms
  /** Hundredths of the first price: a price change is another number. */
  readonly priceFactor: number
  readonly perCustomer: number | null
  readonly mugUnits: number | null
}

/** A release of the evening. Different prices are different releases. */
export function releaseOf(fields: EveningFields): Release {
  const { opensAtMs, closesAtMs, terms, priceFactor, perCustomer, mugUnits } = fields
  const { dropId, mug, print, bundle } = EVENING
  const priced = (priceMinor: number) => Math.round((priceMinor * priceFactor) / 100)
  const listing = (variantId: VariantId, priceMinor: number, units: number | null) => ({
    variantId,
    priceMinor: priced(priceMinor),
    units,
    perCustomer,
    priceWindows: [],
  })
  const variant = (variantId: VariantId, components: readonly [ItemId, number][]) => ({
    variantId,
    title: variantId,
    sku: null,
    barcode: null,
    imageUrl: null,
    components: components.map(([itemId, quantity]) => ({ itemId, quantity })),
  })
  const [mugItem, printItem] = EVENING.items as [ItemId, ItemId]
  return {
    format: 1,
    currency: 'EUR',
    show: {
      showId: 'show' as ShowId,
      title: 'Evening',
      startsAtMs: opensAtMs,
      endsAtMs: closesAtMs,
      timeZone: 'Europe/Berlin',
      place: 'Yard',
      languages: ['en'],
      hosts: ['Ada'],
    },
    variants: [
      variant(mug, [[mugItem, 1]]),
      variant(print, [[printItem, 1]]),
      variant(bundle, [
        [mugItem, 2],
        [printItem, 1],
      ]),
    ],
    drops: [
      {
        dropId,
        title: 'Main',
        opensAtMs,
        closesAtMs,
        listings: [
          listing(mug, 1_250, mugUnits),
          listing(print, 2_000, null),
          listing(bundle, 3_999, null),
        ],
      },
    ],
    offers: [
      {
        offerId: 'early' as OfferId,
        dropId,
        variantIds: [mug, bundle],
        discountBasisPoints: 1_000,
        fromMs: opensAtMs,
        untilMs: (opensAtMs + closesAtMs) / 2,
        needsConsent: false,
        audienceBasisPoints: 5_000,
        unitsMax: 2,
      },
    ],
    split: [
      { partyId: 'ada' as PartyId, basisPoints: 5_334 },
      { partyId: 'bea' as PartyId, basisPoints: 2_333 },
      { partyId: 'coop' as PartyId, basisPoints: 2_333 },
    ],
    terms,
  }
}

/** A product of one variant, which is its item too. */
export function productOf(id: string, onHand: number): Product {
  const variant = {
    variantId: id as VariantId,
    itemId: id as ItemId,
    optionValues: ['Default Title'],
    sku: null,
    barcode: null,
    priceMinor: 1_000,
    compareAtMinor: null,
    onHand,
    imageUrl: null,
    columns: {},
  }
  return {
    productId: id as Product['productId'],
    handle: id,
    title: id,
    bodyHtml: '',
    vendor: 'Ada',
    type: '',
    tags: [],
    status: 'active',
    isPublished: true,
    isGiftCard: false,
    currency: 'EUR',
    optionNames: ['Title'],
    variants: [variant],
    images: [],
    columns: {},
  }
}
