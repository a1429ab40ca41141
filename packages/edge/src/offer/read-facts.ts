import {
  claimedBy,
  showSegment,
  TALLY_NONE,
  type AppliedRelease,
  type BuyerId,
  type DropIndex,
  type Moment,
  type Offer,
  type OfferFacts,
  type StallState,
  type VariantId,
} from '@nightmarket/kernel'

import { unitsNow } from '../show/show-view.ts'

/** Who looks at what, and when. */
export interface Look {
  readonly buyerId: BuyerId
  readonly hasConsent: boolean
  /** How long the page says that it has been open. */
  readonly dwellMs: number
  readonly drop: DropIndex
  readonly variantId: VariantId
  readonly moment: Moment
}

/** A viewer without consent is somebody unknown. [RE6] */
const VIEWER_UNKNOWN: OfferFacts['viewer'] = { dwellSeconds: 0, unitsBought: 0 }

/** The facts of one moment, read when somebody asks. */
export interface FactsReader {
  /** What does not depend on the offer, read once. */
  shared(): Omit<OfferFacts, 'offer'>
  of(offer: Offer): OfferFacts
}

/** Read the facts of one look. */
export function createFactsReader(
  state: StallState,
  active: AppliedRelease,
  look: Look,
): FactsReader {
  let known: Omit<OfferFacts, 'offer'> | null = null
  const shared = () => (known ??= readShared(state, active, look))
  return {
    shared,
    of: ({ offerId }) => ({ ...shared(), offer: state.offerTallies.get(offerId) ?? TALLY_NONE }),
  }
}

function readShared(
  state: StallState,
  { index }: AppliedRelease,
  look: Look,
): Omit<OfferFacts, 'offer'> {
  const { variantId, moment, buyerId, hasConsent, dwellMs } = look
  const { drop, listings } = look.drop
  const { show } = index.release
  const { dropId } = drop
  const listing = listings.get(variantId)
  const unitsHere = listing === undefined ? 0 : unitsNow(state, index, dropId, listing, moment)
  const unitsBought = claimedBy(state.claimed, dropId, variantId, buyerId)
  return {
    show: {
      ...span(show.startsAtMs, show.endsAtMs, moment),
      segment: showSegment(show, moment.atMs),
    },
    drop: {
      ...span(drop.opensAtMs, drop.closesAtMs, moment),
      lineLength: state.lines.get(dropId)?.size ?? 0,
    },
    stock: { unitsHere },
    viewer: hasConsent
      ? { dwellSeconds: Math.floor(dwellMs / 1_000), unitsBought }
      : VIEWER_UNKNOWN,
  }
}

function span(fromMs: number, untilMs: number, { atMs }: Moment) {
  return {
    elapsedSeconds: Math.floor((atMs - fromMs) / 1_000),
    leftSeconds: Math.floor((untilMs - atMs) / 1_000),
  }
}
