import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { BuyerId, DropId, ItemId, OfferId, PartyId, ShowId, VariantId } from '../id.ts'
import { chooseOffer, TOKEN_UNITS_MAX, type Viewer } from './offer-choice.ts'
import {
  isOfferMet,
  showSegment,
  TALLY_NONE,
  type OfferFacts,
  type OfferTally,
} from './offer-facts.ts'
import { poolUnits } from './pool.ts'
import { discountPrice, dropPhase, priceAt } from './price.ts'
import { offerHash, releaseId } from './release-id.ts'
import { indexRelease } from './release-index.ts'
import type { Drop, Listing, Offer, Release } from './release.ts'

const mug = 'mug' as VariantId
const viewer: Viewer = { buyerId: 'buyer' as BuyerId, hasConsent: true }
const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const bucketOf = () => 0

describe('release content', () => {
  test('[RE1] the same content has the same id, whatever the order of its keys', () => {
    const release = releaseOf({})
    const shuffled = Object.fromEntries(Object.entries(release).toReversed()) as unknown as Release
    equal(releaseId(shuffled, digest), releaseId(release, digest))
    ok(/^[0-9a-f]{64}$/.test(releaseId(release, digest)))
    equal(releaseId(releaseOf({ currency: 'USD' }), digest) === releaseId(release, digest), false)
  })

  test('[RE1] an offer that changes has another hash', () => {
    const changed = offerOf({ discountBasisPoints: 1001 })
    equal(offerHash(offerOf({}), digest) === offerHash(changed, digest), false)
    equal(offerHash(offerOf({}), digest), offerHash(offerOf({}), digest))
  })
})

describe('time and price', () => {
  test('[RE2] a drop opens at its start and is closed at its end', () => {
    const phases = [99, 100, 199, 200].map((nowMs) => dropPhase(dropOf([]), nowMs))
    deepEqual(phases, ['upcoming', 'open', 'open', 'closed'])
  })

  test('[RE3] a price window counts from its start until just before its end', () => {
    const listing = listingOf({ priceWindows: [{ fromMs: 120, untilMs: 150, priceMinor: 800 }] })
    const prices = [119, 120, 149, 150].map((nowMs) => priceAt(listing, nowMs))
    deepEqual(prices, [1000, 800, 800, 1000])
  })

  test('[RE4] a discount rounds to the nearest cent, the half in favour of the buyer', () => {
    deepEqual([discountPrice(999, 1000), discountPrice(5, 1000)], [899, 4])
    deepEqual([discountPrice(15, 5000), discountPrice(3, 10_000)], [7, 1])
    throws(() => discountPrice(0, 0), /above zero/)
    throws(() => discountPrice(100, -1), /raise/)
  })

  test('[RE4] a discounted price is within half a cent of the exact one and never above', () => {
    const price = fc.integer({ min: 1, max: 1_000_000_000 })
    fc.assert(
      fc.property(price, fc.nat({ max: 10_000 }), (priceMinor, points) => {
        const discounted = discountPrice(priceMinor, points)
        ok(discounted <= priceMinor && discounted >= 1)
        const exact = (priceMinor * (10_000 - points)) / 10_000
        ok(discounted === 1 || Math.abs(discounted - exact) <= 0.5)
      }),
    )
  })
})

describe('poolUnits', () => {
  test('[RE5] a bundle consumes its components, and units of listings add up per item', () => {
    const drop = dropOf([
      listingOf({ units: 4 }),
      listingOf({ variantId: 'pair' as VariantId, units: 3 }),
      listingOf({ variantId: 'tea' as VariantId, units: null }),
    ])
    const pool = poolUnits(drop, releaseOf({ drops: [drop] }))
    deepEqual([...pool], [['mug', 10], ['tea', null]])
  })

  test('[RE5] one listing without a cap lifts the cap of its item, in any order', () => {
    const listings = [listingOf({ units: 4 }), listingOf({ variantId: 'pair' as VariantId })]
    for (const order of [listings, listings.toReversed()]) {
      deepEqual([...poolUnits(dropOf(order), releaseOf({}))], [['mug', null]])
    }
  })
})

describe('chooseOffer', () => {
  const choose = (offers: readonly Offer[], ask: { nowMs?: number; bucket?: number } = {}) => {
    const index = indexRelease(releaseOf({ offers }))
    const bucket = () => ask.bucket ?? 0
    const chosen = chooseOffer(index, viewer, 'flash' as DropId, mug, ask.nowMs ?? 100, bucket)
    return chosen.ok ? [chosen.value.offer?.offerId, chosen.value.unitPriceMinor] : chosen.error
  }

  test('[RE8] the deepest discount wins, of equals the one named first', () => {
    const [first, second] = [offerOf({}), offerOf({ offerId: 'second' as OfferId })]
    const deeper = offerOf({ offerId: 'deeper' as OfferId, discountBasisPoints: 1500 })
    deepEqual(choose([first, deeper, second]), ['deeper', 850])
    deepEqual(choose([second, first]), ['second', 900])
    deepEqual(choose([]), [undefined, 1000])
  })

  test('[RE6] without consent a personal offer is not seen, an open one is', () => {
    const personal = offerOf({ needsConsent: true, discountBasisPoints: 3000 })
    const index = indexRelease(releaseOf({ offers: [personal, offerOf({})] }))
    const shy: Viewer = { ...viewer, hasConsent: false }
    const chosen = chooseOffer(index, shy, 'flash' as DropId, mug, 100, bucketOf)
    equal(chosen.ok && chosen.value.unitPriceMinor, 900)
    const shared = indexRelease(releaseOf({ offers: [offerOf({ audienceBasisPoints: 9_999 })] }))
    const alike = chooseOffer(shared, shy, 'flash' as DropId, mug, 100, () => 0)
    equal(alike.ok && alike.value.unitPriceMinor, 1_000, 'nothing depends on who asks')
    deepEqual(choose([personal, offerOf({})]), ['regulars', 700])
  })

  test('[RE7] an offer for a share of viewers reaches the buckets below it', () => {
    const half = offerOf({ audienceBasisPoints: 5000 })
    deepEqual(choose([half], { bucket: 4999 }), ['regulars', 900])
    deepEqual(choose([half], { bucket: 5000 }), [undefined, 1000])
  })

  test('[RE18] a choice says how likely it was among viewers in the same place', () => {
    const half = offerOf({ audienceBasisPoints: 5_000, discountBasisPoints: 2_000 })
    const fifth = offerOf({ offerId: 'fifth' as OfferId, audienceBasisPoints: 2_000 })
    const index = indexRelease(releaseOf({ offers: [fifth, half] }))
    const at = (bucket: number, hasConsent = true) => {
      const looker = { ...viewer, hasConsent }
      const chosen = chooseOffer(index, looker, 'flash' as DropId, mug, 100, () => bucket)
      ok(chosen.ok)
      const { offer, propensity, eligible } = chosen.value
      return [offer?.offerId ?? null, Number(propensity.toFixed(9)), eligible.join(' ')]
    }
    deepEqual(at(0), ['regulars', 0.5, 'regulars fifth'])
    deepEqual(at(9_999), [null, 0.4, 'regulars fifth'])
    deepEqual(at(0, false), [null, 1, ''])
    const buckets: Readonly<Record<string, number>> = { regulars: 5_000, fifth: 1_999 }
    const bucketFor = (_: BuyerId, offerId: OfferId) => buckets[offerId] ?? 0
    const second = chooseOffer(index, viewer, 'flash' as DropId, mug, 100, bucketFor)
    ok(second.ok && second.value.offer?.offerId === 'fifth')
    equal(Number(second.value.propensity.toFixed(9)), 0.1)
  })

  test('[RE19] an offer is made within its cap, its budget and its rule', () => {
    const met = (fields: Partial<Offer>, tally: Partial<OfferTally> = {}) => {
      const offer = offerOf(fields)
      const facts = { ...FACTS, offer: { ...TALLY_NONE, ...tally } }
      return isOfferMet(offer, facts, (rule, { stock }) => rule === 'few' && stock.unitsHere < 5)
    }
    deepEqual([met({}), met({ when: 'few' }), met({ when: 'no' })], [true, true, false])
    const cap = (unitsSold: number) => met({ unitsSoldMax: 3 }, { unitsSold })
    deepEqual([cap(2), cap(3)], [true, false])
    const budget = (givenMinor: number) => met({ budgetMinor: 500 }, { givenMinor })
    deepEqual([budget(499), budget(500)], [true, false])
    deepEqual(choose([offerOf({ when: 'few' })]), [undefined, 1000], 'not without its facts')
  })

  test('a show has an opening, a middle and a finale', () => {
    const show = { ...releaseOf({}).show, startsAtMs: 0, endsAtMs: 1_000_000 }
    const segments = [-1, 0, 30_000, 899_999, 900_000, 1_000_000].map((at) => showSegment(show, at))
    deepEqual(segments, ['before', 'opening', 'middle', 'middle', 'finale', 'after'])
  })

  test('an offer counts in its own time and for its own variants only', () => {
    const late = offerOf({ fromMs: 150, untilMs: 160 })
    deepEqual(choose([late], { nowMs: 149 }), [undefined, 1000])
    deepEqual(choose([late], { nowMs: 150 }), ['regulars', 900])
    deepEqual(choose([late], { nowMs: 160 }), [undefined, 1000])
    deepEqual(choose([offerOf({ variantIds: ['tea' as VariantId] })]), [undefined, 1000])
  })

  test('a drop that is not open, or a variant that is not in it, is refused by name', () => {
    deepEqual(choose([], { nowMs: 99 }), { code: 'drop_not_open', opensAtMs: 100 })
    deepEqual(choose([], { nowMs: 200 }), { code: 'drop_closed', closesAtMs: 200 })
    const index = indexRelease(releaseOf({}))
    const ask = (dropId: string, variantId: string) => {
      const [drop, variant] = [dropId as DropId, variantId as VariantId]
      const chosen = chooseOffer(index, viewer, drop, variant, 100, bucketOf)
      return chosen.ok ? null : chosen.error.code
    }
    deepEqual([ask('none', 'mug'), ask('flash', 'none')], ['drop_unknown', 'variant_unknown'])
  })

  test('units of a token are the least of offer and customer limit', () => {
    const unitsMax = (perCustomer: number | null, offers: readonly Offer[]) => {
      const drop = dropOf([listingOf({ perCustomer })])
      const index = indexRelease(releaseOf({ drops: [drop], offers }))
      const chosen = chooseOffer(index, viewer, drop.dropId, mug, 100, bucketOf)
      return chosen.ok && chosen.value.unitsMax
    }
    deepEqual([unitsMax(2, []), unitsMax(null, [])], [2, TOKEN_UNITS_MAX])
    deepEqual([unitsMax(2, [offerOf({})]), unitsMax(8, [offerOf({})])], [2, 3])
  })
})

const FACTS: OfferFacts = {
  show: { elapsedSeconds: 0, leftSeconds: 0, segment: 'middle' },
  drop: { elapsedSeconds: 0, leftSeconds: 0, lineLength: 0 },
  stock: { unitsHere: 4 },
  offer: TALLY_NONE,
  viewer: { dwellSeconds: 0, unitsBought: 0 },
}

function listingOf(fields: Partial<Listing>): Listing {
  const listing = { variantId: mug, priceMinor: 1000, units: null, perCustomer: null }
  return { ...listing, priceWindows: [], ...fields }
}

function dropOf(listings: readonly Listing[]): Drop {
  const dropId = 'flash' as DropId
  return { dropId, title: 'Flash', opensAtMs: 100, closesAtMs: 200, listings }
}

function offerOf(fields: Partial<Offer>): Offer {
  return {
    offerId: 'regulars' as OfferId,
    dropId: 'flash' as DropId,
    variantIds: [mug],
    discountBasisPoints: 1000,
    fromMs: 0,
    untilMs: 1000,
    needsConsent: false,
    audienceBasisPoints: 10_000,
    unitsMax: 3,
    ...fields,
  }
}

function releaseOf(fields: Partial<Release>): Release {
  const variantOf = (id: string, itemId: string, quantity: number) => ({
    variantId: id as VariantId,
    title: id,
    sku: null,
    barcode: null,
    imageUrl: null,
    components: [{ itemId: itemId as ItemId, quantity }],
  })
  return {
    format: 1,
    currency: 'EUR',
    show: {
      showId: 'night' as ShowId,
      title: 'Night',
      startsAtMs: 0,
      endsAtMs: 1000,
      timeZone: 'Europe/Berlin',
      place: 'Quay',
      languages: ['en'],
      hosts: [],
    },
    variants: [variantOf('mug', 'mug', 1), variantOf('pair', 'mug', 2), variantOf('tea', 'tea', 1)],
    drops: [dropOf([listingOf({})])],
    offers: [],
    split: [{ partyId: 'host' as PartyId, basisPoints: 10_000 }],
    terms: {
      tokenMs: 1,
      holdMs: 1,
      honourMs: 1,
      rescueMs: 1,
      fallbackVoucherMinor: 0,
      deferred: {
        orderMinorMax: 0,
        buyerOrdersMax: 0,
        ordersMax: 0,
        sumMinorMax: 0,
        ageMsMax: 0,
      },
    },
    ...fields,
  }
}
