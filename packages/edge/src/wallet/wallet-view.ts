import {
  walletView,
  type AppliedRelease,
  type BuyerId,
  type VariantId,
  type WalletId,
} from '@nightmarket/kernel'
import type { WalletDraw, WalletFacts, WalletThing } from '@nightmarket/ui'

import { decideOffers } from '../offer/decide-offers.ts'
import { dropOf, titleOf } from '../page/page-site.ts'
import type { FormDeps } from '../form/buy-form-routes.ts'

/** The most things that a wallet's page shows. */
const THINGS_MAX = 12

/** A wallet of this edge, for its own buyer. */
export interface WalletAsker {
  readonly walletId: WalletId | null
  readonly buyerId: BuyerId
  readonly hasConsent: boolean
}

/** Read one asker's wallet; `null` where the show offers none and the asker has none. */
export function readWallet(
  deps: FormDeps,
  asker: WalletAsker,
): Omit<WalletFacts, 'trouble'> | null {
  const { stall, newId } = deps
  const { active } = stall.state
  const known = asker.walletId === null ? undefined : stall.state.wallets.get(asker.walletId)
  const isOwn = known?.wallet.buyerId === asker.buyerId
  const record = isOwn ? known : undefined
  const release = record && stall.state.releases.get(record.wallet.releaseId)
  const terms = (release ?? active)?.index.release.terms.wallet
  if (terms === undefined || active === null) return null
  const view = record === undefined ? null : walletView(record)
  const leftMinor = view?.state === 'open' ? view.amountMinor - view.spentMinor : 0
  return {
    amountMinor: terms.amountMinor,
    tipsMinor: terms.tipsMinor.filter((minor) => minor <= leftMinor),
    wallet: view,
    draws: record === undefined ? [] : drawsOf(deps, record.wallet.walletId),
    things: thingsOf(deps, active, asker, Math.min(terms.purchaseMinorMax, leftMinor)),
    payKey: newId(),
    tipId: newId(),
  }
}

/** What was drawn: tips first, then what was bought. */
function drawsOf({ stall }: FormDeps, walletId: WalletId): readonly WalletDraw[] {
  const { tips, orders } = stall.state
  const given = [...tips.values()]
    .filter((tip) => tip.walletId === walletId)
    .map(({ amountMinor }) => ({ title: null, amountMinor, orderId: null }))
  const bought = [...orders.values()]
    .filter(({ payment }) => payment.method === 'wallet' && payment.reference === walletId)
    .map(({ order }) => ({
      title: order.lines.map(({ variantId }) => titleOf(stall.state, variantId)).join(', '),
      amountMinor: order.totalMinor,
      orderId: order.orderId,
    }))
  return [...given, ...bought]
}

/** Things on sale that are cheap enough, each with the promise of its price. */
function thingsOf(
  deps: FormDeps,
  active: AppliedRelease,
  asker: WalletAsker,
  priceMinorMax: number,
): readonly WalletThing[] {
  if (priceMinorMax <= 0) return []
  const { stall, now, desk, newId } = deps
  const things: WalletThing[] = []
  for (const drop of active.index.drops.values()) {
    const view = dropOf(stall.state, active, drop, now())
    if (view.phase !== 'open') continue
    for (const listing of view.listings) {
      const isFit = listing.stock === 'here' && listing.priceMinor <= priceMinorMax
      if (!isFit || things.length === THINGS_MAX) continue
      const { buyerId, hasConsent } = asker
      const { dropId } = drop.drop
      const variantIds = [listing.variantId as VariantId]
      const question = { buyerId, hasConsent, dropId, variantIds, moment: now(), dwellMs: 0 }
      const decided = decideOffers(active, question, desk)
      const [offer] = decided.ok ? decided.value.offers : []
      if (offer === undefined) continue
      const { unitPriceMinor, token } = offer
      const ids = { orderId: newId(), payKey: newId() }
      const { variantId, title } = listing
      things.push({ dropId, variantId, title, unitPriceMinor, token, ...ids })
    }
  }
  return things
}
