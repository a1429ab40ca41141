import {
  bytesToHex,
  canonicalJson,
  err,
  ok,
  utf8ToBytes,
  type Digest,
  type Hash,
  type OfferToken,
  type PaymentWish,
  type Result,
  type WantedLine,
} from '@nightmarket/kernel'
import type { BorderRejection } from '@nightmarket/http'

import type { PaymentInput } from '../contract/order-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import type { EdgeRejection } from '../edge-problem.ts'
import { walletIdOf } from '../wallet/wallet-key.ts'

type Invalid = Extract<BorderRejection, { readonly code: 'invalid_request' | 'unauthorized' }>

/** What a request with a token wants: a bare quantity is of the one variant it prices. [ED7] */
export function readLines(
  request: {
    readonly lines?: readonly WantedLine[] | undefined
    readonly quantity?: number | undefined
  },
  token: OfferToken,
): Result<readonly WantedLine[], Invalid> {
  if (request.lines !== undefined) return ok(request.lines)
  const [price, ...others] = token.prices
  if (price === undefined || request.quantity === undefined || others.length > 0) {
    const message = `The token prices ${token.prices.length} variants: send lines.`
    return err({ code: 'invalid_request', errors: [{ path: 'quantity', message }] })
  }
  return ok([{ variantId: price.variantId, quantity: request.quantity }])
}

/**
 * What a request pays with.
 *
 * - [ED8] A voucher's code ends here, and a wallet's key: only a hash goes on.
 * - [ED9] Cash is for the operator, who has it in the drawer.
 */
export function readPayment(
  input: PaymentInput,
  authorization: string | null,
  deps: Pick<EdgeDeps, 'digest' | 'hashVoucher' | 'isOperator'>,
): Result<PaymentWish, EdgeRejection | Invalid> {
  const { payKey, method } = input
  if (method === 'cash' && !deps.isOperator(authorization)) return err({ code: 'unauthorized' })
  if (input.walletKey !== undefined) {
    return ok({ payKey, method, reference: walletIdOf(input.walletKey, deps.digest) })
  }
  if (input.voucherCode === undefined) {
    return ok({ payKey, method, reference: input.reference ?? null })
  }
  const reference = deps.hashVoucher(input.voucherCode)
  if (reference === null) return err({ code: 'voucher_code_invalid' })
  return ok({ payKey, method, reference })
}

/**
 * Name what was asked for, so that the same id with another body is refused. [O1]
 *
 * Over the parsed request in canonical form with the token's id in place of its bytes: a device
 * that sends the same wish in another spelling has sent the same wish.
 */
export function hashRequest(
  parts: {
    readonly holdId: string | null
    readonly tokenId: string | null
    readonly lines: readonly WantedLine[]
    readonly payment: PaymentWish | null
  },
  digest: Digest,
): Hash {
  const { holdId, tokenId, lines, payment } = parts
  // Keys in ascending order: what is in order already need not be sorted.
  const value = {
    holdId,
    lines: lines.map(({ quantity, variantId }) => ({ quantity, variantId })),
    payment: payment === null ? null : inOrder(payment),
    tokenId,
  }
  return bytesToHex(digest(utf8ToBytes(canonicalJson(value))))
}

function inOrder({ method, payKey, reference }: PaymentWish) {
  return { method, payKey, reference }
}
