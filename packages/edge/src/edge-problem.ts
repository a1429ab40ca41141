import type { OfferRejection, StallRejection } from '@nightmarket/kernel'
import { problemTable, type ProblemRow } from '@nightmarket/http'

import type { TapUnproven } from './buyer/check-tap.ts'

/** What the edge's border refuses before the stall is asked. */
export type EdgeRejection =
  | { readonly code: 'token_invalid' }
  | { readonly code: 'voucher_code_invalid' }
  | { readonly code: 'idempotency_key_mismatch'; readonly orderId: string }
  | { readonly code: 'buyer_unproven' }
  | { readonly code: 'overlay_unknown'; readonly overlayId: string }
  | { readonly code: 'name_missing' }
  | TapUnproven
  | { readonly code: 'live_full' }
  | { readonly code: 'uplink_down'; readonly detail: string }

/** Every code that the edge refuses with. */
export type EdgeCode = (StallRejection | OfferRejection | EdgeRejection)['code']

const ROWS = {
  sold_out: {
    status: 409,
    title: 'Nothing is left, and nothing can come back.',
    help: 'No unit is free, held by somebody, or on its way. There is no line to wait in.',
  },
  drop_unknown: {
    status: 404,
    title: 'There is no such drop.',
    help: 'Look at `GET /v1/show` for the drops of the release that is active now.',
  },
  drop_not_open: {
    status: 409,
    title: 'The drop has not opened yet.',
    help: '`opensAtMs` says when it does.',
  },
  drop_closed: {
    status: 410,
    title: 'The drop is over.',
    help: '`closesAtMs` says when it ended.',
  },
  variant_unknown: {
    status: 404,
    title: 'The drop does not list this variant, or the token does not price it.',
    help: '`variantId` names it. Ask for offers for the variants to buy.',
  },
  quantity_over_limit: {
    status: 422,
    title: 'More units than the token buys.',
    help: '`limit` is the most it buys over all lines.',
  },
  customer_limit: {
    status: 409,
    title: 'The limit per customer is reached.',
    help: '`limit` is the limit, `bought` is what was bought, held or waited for before.',
  },
  token_expired: {
    status: 410,
    title: 'The offer token has expired.',
    help: 'Ask for offers again: the price may have changed.',
  },
  token_foreign: {
    status: 403,
    title: 'The offer token is for another edge.',
    help: '`audience` names the node and epoch that take it.',
  },
  token_spent: {
    status: 409,
    title: 'The offer token has bought already.',
    help: 'To repeat a request send the same order id; to buy again ask for offers.',
  },
  live_full: {
    status: 503,
    title: 'No more viewers fit on the live channel.',
    help: 'Ask again after `Retry-After`, or another edge. Buying is not touched by this.',
  },
  token_invalid: {
    status: 403,
    title: 'The offer token was not made by this edge, or was changed.',
    help: 'Send the token exactly as `POST /v1/offers` gave it.',
  },
  release_not_honoured: {
    status: 410,
    title: 'The release behind the token is over.',
    help: 'It was replaced longer ago than its promises are kept. Ask for offers again.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This id was used for another request.',
    help: 'The same id always means the same request. Make a fresh id for a new one.',
  },
  idempotency_key_mismatch: {
    status: 422,
    title: 'The header Idempotency-Key is not the order id.',
    help: 'The order id is the idempotency key. Send the same value, or leave the header out.',
  },
  hold_unknown: {
    status: 404,
    title: 'This buyer has no such hold.',
    help: 'The id is wrong, or the header nightmarket-buyer names somebody else.',
  },
  hold_over: {
    status: 410,
    title: 'The hold has ended.',
    help: '`reason` says how. Its units went to the next in line.',
  },
  ticket_unknown: {
    status: 404,
    title: 'This buyer has no such place in line.',
    help: 'The id is wrong, or the header nightmarket-buyer names somebody else.',
  },
  order_unknown: {
    status: 404,
    title: 'This edge knows no such order.',
    help: 'Nothing was sold under this id here. Sending the order again with the same id is safe.',
  },
  order_not_in_rescue: {
    status: 409,
    title: 'The order does not need another payment.',
    help: '`state` says how it stands.',
  },
  payment_in_flight: {
    status: 409,
    title: 'The last payment of this order has no outcome yet.',
    help: 'Wait until the order says how it ended, then pay another way if it was declined.',
  },
  pay_key_reused: {
    status: 409,
    title: 'This pay key was used for another payment.',
    help: 'One key is one charge. Make a fresh key for a new payment.',
  },
  payment_method_refused: {
    status: 422,
    title: 'This way to pay is not taken here.',
    help: '`method` names it. Choose another.',
  },
  voucher_code_invalid: {
    status: 422,
    title: 'This is no voucher code.',
    help: 'It was probably mistyped: a code checks itself.',
  },
  tap_unproven: {
    status: 403,
    title: 'A kept payment method pays only when its owner taps.',
    help: '`reason` says what is wrong with the proof. Tap again, or pay another way.',
  },
  buyer_unproven: {
    status: 403,
    title: 'Only the buyer may do this.',
    help: 'Send the buyer’s id in the header nightmarket-buyer.',
  },
  units_short: {
    status: 409,
    title: 'This node has too few units of this at the moment.',
    help: 'Nobody waits in line for it here. Ask the core for more, or another node for a slip.',
  },
  units_handed_before: {
    status: 409,
    title: 'The units that are here came from another node, and are handed on only once.',
    help: 'Sell them here, or return them to the core and ask it for units.',
  },
  payment_not_deferrable: {
    status: 409,
    title: 'This sale may not be accepted before its payment was checked.',
    help: 'It is above the limits of the release. Take cash, or wait for the payment.',
  },
  tendered_short: {
    status: 422,
    title: 'The cash that was given does not cover the sum.',
    help: '`amountMinor` is what is to be paid.',
  },
  slip_foreign: {
    status: 403,
    title: 'The slip hands its units to another node.',
    help: '`toNodeId` and `toEpoch` name the one that may take it.',
  },
  slip_over: {
    status: 410,
    title: 'The units of this slip may not be sold any more.',
    help: '`sellUntilMs` says since when. They go back to the core.',
  },
  slip_refused: {
    status: 409,
    title: 'This slip was refused here before.',
    help: 'Its units are back at the core; ask it for them.',
  },
  slip_taken: {
    status: 409,
    title: 'This slip was taken here before.',
    help: 'Give the units back by returning them.',
  },
  order_not_paid_in_cash: {
    status: 409,
    title: 'There is no cash of this order to hand back here.',
    help: '`state` says how the order stands. Ask for a refund without paying it out.',
  },
  paid_out_already: {
    status: 409,
    title: 'The cash of this order was handed back already.',
    help: '`leftMinor` is what may still be handed back.',
  },
  uplink_down: {
    status: 503,
    title: 'This edge cannot reach its core at the moment.',
    help: '`detail` says why. A till goes on selling what it holds and syncs later by itself.',
  },
  overlay_unknown: {
    status: 404,
    title: 'There is no such overlay.',
    help: '`overlayId` names no template of the active release, or nothing that is shown.',
  },
  name_missing: {
    status: 422,
    title: 'An overlay for a winner needs the name to show.',
    help: 'Send `name`, as the person wants to be called.',
  },
  wallet_not_offered: {
    status: 422,
    title: 'This show does not keep that amount ready, or not for that.',
    help: 'The show says the amount, the tips, and the most that a purchase from it may cost.',
  },
  wallet_unknown: {
    status: 404,
    title: 'There is no such wallet at this edge.',
    help: 'A wallet is spent where it was opened, by the device that opened it.',
  },
  wallet_not_open: {
    status: 409,
    title: 'Nothing can be spent from this wallet now.',
    help: '`state` says why: `asked` waits for the card, `closed` and `refused` are over.',
  },
  wallet_short: {
    status: 409,
    title: 'There is less than that left in the wallet.',
    help: '`leftMinor` is what is left. Pay with the card, or a smaller tip.',
  },
  not_selling: {
    status: 503,
    title: 'This edge does not sell at the moment.',
    help: '`reason` says why. Sending the same request again later is safe.',
  },
} as const satisfies Record<EdgeCode, ProblemRow>

/** Every way in which the edge says no. */
export const EDGE_PROBLEMS = problemTable<EdgeCode>(ROWS)
