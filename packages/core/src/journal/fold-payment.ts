import type { JournalEntry, OrderId, PaymentRequest, WalletAsked } from '@nightmarket/kernel'

import type { Batch } from './batch.ts'
import { poison } from './poison.ts'

/** [WL1] Money is set aside as the release says, under a key of its own. */
export function foldWallet(batch: Batch, entry: JournalEntry, wallet: WalletAsked): void {
  const { walletId, payment, releaseId, currency } = wallet
  const id = walletId as string as OrderId
  const release = batch.known.releases.get(releaseId)?.release
  const isOffered =
    release?.terms.wallet?.amountMinor === payment.amountMinor && release.currency === currency
  const isTaken = batch.isPayKeyTaken(payment.payKey)
  if (isOffered && payment.method === 'card' && !isTaken) {
    requestPayment(batch, entry, wallet, id, payment, 'wallet')
    batch.tasks.push({ type: 'open_wallet', entry, wallet })
    return
  }
  poison(batch, entry, isTaken ? 'pay_key_reused' : 'wallet_not_offered')
  refusePayment(batch, id, payment)
}

/** Tell the node that its payment is declined: nobody was asked, so nothing was taken. */
export function refusePayment(batch: Batch, orderId: OrderId, { payKey }: PaymentRequest): void {
  const body = { orderId, payKey, outcome: 'declined' } as const
  batch.decisions.push({ type: 'payment.settled', body })
}

/** Have the runner ask for a payment. */
export function requestPayment(
  batch: Batch,
  entry: JournalEntry,
  { currency }: { readonly currency: string },
  orderId: OrderId,
  payment: PaymentRequest,
  purpose: 'order' | 'contested' | 'hold' | 'wallet',
): void {
  batch.requestPayment({
    ...payment,
    orderId,
    currency,
    nodeId: entry.nodeId,
    epoch: entry.epoch,
    sequence: entry.sequence,
    captureAtOnce: purpose !== 'hold' && purpose !== 'wallet',
    isWallet: purpose === 'wallet',
    isContested: purpose === 'contested',
    nowMs: batch.known.nowMs,
  })
}
