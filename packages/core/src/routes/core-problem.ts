import { problemTable, type ProblemRow } from '@nightmarket/http'
import type { ExchangeRefused } from '@nightmarket/sync'

import type { RecogniseRejection } from '../buyer/recognise-buyer.ts'
import type { RememberRejection } from '../buyer/remember-buyer.ts'
import type { EnrolmentRejection } from '../node/enrol-node.ts'
import type { NodeRefusal } from '../node/authenticate-node.ts'
import type { OrderRejection } from '../order/order-action.ts'
import type { RescueRejection } from '../order/end-rescue.ts'
import type { DisputeRejection } from '../refund/close-dispute.ts'
import type { RefundRejection } from '../refund/decide-refund.ts'
import type { RequestReused } from '../request/answer-once.ts'
import type { ActivationRejection } from '../release/activate-release.ts'
import type { ReleaseRejection } from '../release/apply-release.ts'
import type { WriteOffRejection } from '../stock/write-off.ts'
import type { RestoreRejection } from '../till/restore-receipt.ts'

/** What the core's border refuses by itself. */
type CoreBorderCode =
  | 'signature_missing'
  | 'signature_malformed'
  | 'node_differs'
  | 'node_not_active'
  | 'show_file_invalid'
  | 'product_file_invalid'
  | 'voucher_unknown'
  | 'notice_refused'
  | 'processor_unavailable'
  | 'books_unavailable'
  | 'mismatch_unknown'
  | 'mismatch_closed'
  | 'refund_unknown'
  | 'operator_unknown'
  | 'refund_not_owed'
  | 'pass_refused'

/** Every code that the core refuses with. */
export type CoreCode =
  | CoreBorderCode
  | (
      | EnrolmentRejection
      | NodeRefusal
      | OrderRejection
      | RescueRejection
      | DisputeRejection
      | RefundRejection
      | RequestReused
      | ActivationRejection
      | ReleaseRejection
      | WriteOffRejection
      | RestoreRejection
      | ExchangeRefused
      | RememberRejection
      | RecogniseRejection
    )['code']

const NODE_ROWS = {
  signature_missing: {
    status: 401,
    title: 'A node signs its requests.',
    help: 'Send the headers nightmarket-node and nightmarket-signature.',
  },
  signature_malformed: {
    status: 401,
    title: 'The signature headers are not in their form.',
    help: 'nightmarket-node is `<nodeId>/<epoch>`, nightmarket-signature is base64 of 64 bytes.',
  },
  signature_invalid: {
    status: 401,
    title: 'The signature is not the node’s over this request.',
    help: 'It covers method, path with query, and body, under the key the node was enrolled with.',
  },
  node_differs: {
    status: 403,
    title: 'The message is of another node or epoch than the one that signed it.',
    help: 'A node speaks for itself, and for the epoch of its key.',
  },
  receipt_refused: {
    status: 422,
    title: 'This receipt proves nothing.',
    help: '`rejection` says which step of its proof fails, as `receipt verify` does offline.',
  },
  journal_expected: {
    status: 409,
    title: 'The node of this receipt is there: its journal brings the sale by itself.',
    help: 'Enrol the node anew if its storage is lost, or revoke it; then restore the receipt.',
  },
  operator_unknown: {
    status: 404,
    title: 'There is no such operator.',
    help: '`GET /v1/operators` lists those who work at tills now.',
  },
  node_unknown: {
    status: 404,
    title: 'There is no such node.',
    help: 'Nodes are made by enrolling. `GET /v1/nodes` lists them.',
  },
  node_revoked: {
    status: 403,
    title: 'The node was revoked.',
    help: 'Nothing of it is taken any more. Enrol it again for a new epoch.',
  },
  node_quarantined: {
    status: 403,
    title: 'The node is quarantined.',
    help: 'Its journal forked. A person has to look at both branches.',
  },
  node_not_active: {
    status: 409,
    title: 'The node is not active.',
    help: 'Only an active node can be closed.',
  },
  epoch_retired: {
    status: 403,
    title: 'The node has a newer epoch.',
    help: 'This storage was replaced. Nothing of its epoch is taken any more.',
  },
  protocol_version: {
    status: 409,
    title: 'The node speaks another version of the protocol.',
    help: 'Update the older of the two.',
  },
  journal_invalid: {
    status: 409,
    title: 'The entries are no journal of this node.',
    help: 'Their chain, their texts or their checkpoint do not hold. `detail` says where.',
  },
  enrolment_code_invalid: {
    status: 422,
    title: 'This is no enrolment code.',
    help: 'A code has twelve letters and digits in three groups. It was probably mistyped.',
  },
  enrolment_code_unknown: {
    status: 404,
    title: 'There is no such enrolment code.',
    help: 'Ask for a new one: `POST /v1/enrolments`.',
  },
  enrolment_code_used: {
    status: 409,
    title: 'The enrolment code was used by another device.',
    help: 'A code is good once. Ask for a new one.',
  },
  enrolment_code_expired: {
    status: 410,
    title: 'The enrolment code has expired.',
    help: 'Ask for a new one.',
  },
  public_key_invalid: {
    status: 422,
    title: 'This is no Ed25519 public key.',
    help: 'Send the raw 32 bytes as base64.',
  },
} as const satisfies Record<string, ProblemRow>

const STOCK_ROWS = {
  show_file_invalid: {
    status: 422,
    title: 'The show file is not right.',
    help: '`problems` names every place that is wrong, what stands there and what would be right.',
  },
  product_file_invalid: {
    status: 422,
    title: 'The file is not a product file.',
    help: '`rejected` says why. Nothing was imported.',
  },
  item_unknown: {
    status: 422,
    title: 'The release sells an item that the catalogue does not have.',
    help: '`itemId` names it. Import its product first.',
  },
  release_too_large: {
    status: 422,
    title: 'The release is too large for its nodes to hear of.',
    help: '`bytes` is its size, `bytesMax` the most. Split the show, or list fewer variants.',
  },
  release_unknown: {
    status: 404,
    title: 'There is no such release.',
    help: '`GET /v1/releases` lists them.',
  },
  nothing_to_roll_back_to: {
    status: 409,
    title: 'There is no earlier release to go back to.',
    help: 'A rollback takes the active release off; below it there is none.',
  },
  activation_moved: {
    status: 409,
    title: 'Another release was activated meanwhile.',
    help: '`number` is the one that is active now. Look again, then decide.',
  },
  nothing_outstanding: {
    status: 409,
    title: 'There is nothing to write off.',
    help: 'Every unit of these leases is sold or back.',
  },
  counted_over_outstanding: {
    status: 409,
    title: 'More units were counted than are out.',
    help: '`outstanding` is how many there can be of `itemId`.',
  },
} as const satisfies Record<string, ProblemRow>

const MONEY_ROWS = {
  order_unknown: {
    status: 404,
    title: 'The books have no such order.',
    help: 'Its journal may not have arrived yet: see whether its node is connected.',
  },
  move_refused: {
    status: 409,
    title: 'The order cannot do that in the state it is in.',
    help: '`state` says how it stands.',
  },
  not_in_rescue: {
    status: 409,
    title: 'The order is not in rescue.',
    help: '`state` says how it stands.',
  },
  payment_unknown: {
    status: 404,
    title: 'The books have no such payment.',
    help: 'Its journal may not have arrived yet.',
  },
  payment_disputed: {
    status: 409,
    title: 'The payment is disputed.',
    help: 'Once a dispute began nothing is refunded: the money would go twice.',
  },
  idempotency_key_reused: {
    status: 422,
    title: 'This request id was used for another request.',
    help: 'The same id always means the same request. Make a fresh id for a new one.',
  },
  nothing_to_refund: {
    status: 409,
    title: 'There is nothing left to refund.',
    help: 'No money was captured, or all of it was given back.',
  },
  refund_over_captured: {
    status: 409,
    title: 'More than was captured cannot be refunded.',
    help: '`refundableMinor` is what is left.',
  },
  refund_unknown: {
    status: 404,
    title: 'There is no such refund.',
    help: 'The refunds of an order are in `GET /v1/orders/{orderId}`.',
  },
  refund_not_owed: {
    status: 409,
    title: 'The refund is not owed in cash.',
    help: 'Only the refund of a cash payment is handed over by a person.',
  },
  not_disputed: {
    status: 409,
    title: 'The payment was not disputed.',
    help: 'There is no dispute to close.',
  },
  dispute_closed: {
    status: 409,
    title: 'The dispute was closed with another end.',
    help: '`end` says which.',
  },
  disputed_over_captured: {
    status: 409,
    title: 'The bank took what had been refunded already.',
    help: 'Money is gone twice: a person has to book it.',
  },
  voucher_unknown: {
    status: 404,
    title: 'The order has no voucher.',
    help: 'None was issued for it.',
  },
  mismatch_unknown: {
    status: 404,
    title: 'There is no such mismatch.',
    help: '`GET /v1/mismatches` lists them.',
  },
  mismatch_closed: {
    status: 409,
    title: 'The mismatch is closed.',
    help: 'Somebody dealt with it, or it agrees by now.',
  },
  notice_refused: {
    status: 400,
    title: 'The notice is not signed by the processor, or too old.',
    help: 'Check the webhook secret, and the clocks.',
  },
  processor_unavailable: {
    status: 503,
    title: 'The payment processor did not answer.',
    help: 'What it did is unknown and is looked up. Repeat the request later.',
  },
  books_unavailable: {
    status: 503,
    title: 'The books cannot be reached.',
    help: 'The database is away or too busy. Repeating the request later is safe.',
  },
} as const satisfies Record<string, ProblemRow>

const BUYER_ROWS = {
  passkey_origin_unfit: {
    status: 422,
    title: 'Pages at this address cannot have passkeys.',
    help: 'Browsers want a name and https: start the edge with --public-url https://HOST.',
  },
  passkey_refused: {
    status: 403,
    title: 'The passkey’s answer proves nothing.',
    help: 'The challenge was used or ran out, or the passkey is not known here. Begin again.',
  },
  method_declined: {
    status: 422,
    title: 'The processor does not keep this payment method.',
    help: '`declineCode` says why. Another card may do.',
  },
  pass_refused: {
    status: 403,
    title: 'This is no pass of this market.',
    help: 'Send the pass as it was given.',
  },
} as const satisfies Record<string, ProblemRow>

const ROWS = {
  ...NODE_ROWS,
  ...STOCK_ROWS,
  ...MONEY_ROWS,
  ...BUYER_ROWS,
} satisfies Record<CoreCode, ProblemRow>

/** Every way in which the core says no. */
export const CORE_PROBLEMS = problemTable<CoreCode>(ROWS)

/** What every refusal of a JSON body may be. */
export const BODY_CODES = [
  'invalid_request',
  'malformed_json',
  'body_too_large',
  'unsupported_media_type',
] as const
