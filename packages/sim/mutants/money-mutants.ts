import type { Mutant } from './mutant.ts'

/** Bugs in how money is taken and given back. */
export const MONEY_MUTANTS: readonly Mutant[] = [
  {
    name: 'a fresh pay key on retry',
    file: 'core/src/payment/ask-processor.ts',
    find: '    payKey: pay_key as PayKey,\n    reference:',
    replace: '    payKey: `${pay_key}-${payment.attempts}` as PayKey,\n    reference:',
  },
  {
    name: 'refund more than was captured',
    file: 'core/src/refund/decide-refund.ts',
    find: 'captured_minor - disputed_minor - refunded_minor >= ${amountMinor}`)',
    replace: 'captured_minor >= ${amountMinor} or 1 = 1`)',
  },
  {
    name: 'a refund is never settled',
    file: 'core/src/refund/perform-refund.ts',
    find: '    await completeRefund(core, trx, refund, answer.processorRefundId)\n    return 1',
    replace: '    return 1',
  },
  {
    name: 'a decline captures',
    file: 'core/src/payment/follow-payment.ts',
    find: "  declined: 'fail',\n  voiding: null,\n  voided: 'void',",
    replace: "  declined: 'capture',\n  voiding: null,\n  voided: 'void',",
  },
  {
    name: 'outcomes are not told',
    file: 'core/src/payment/settle-payment.ts',
    find: 'if (after.state === before.state || outcome === null ||',
    replace: "if (after.state === before.state || outcome === null || outcome === 'declined' ||",
  },
  {
    name: 'a second capture is kept',
    file: 'core/src/payment/follow-payment.ts',
    find: "    await decideRefund(core, trx, { payKey, reason: 'captured_twice' })\n    return",
    replace: '    return',
  },
  {
    name: 'a late capture is kept',
    file: 'core/src/payment/follow-payment.ts',
    find: "  if (!isPaid && !moveOrder(order.state, 'capture').ok) {",
    replace: "  if (!isPaid && order.state === 'accepted') {",
  },
  {
    name: 'rescues never end',
    file: 'core/src/order/end-rescue.ts',
    find: '.limit(RESCUES_MAX)',
    replace: '.limit(0)',
  },
  {
    name: "a hold's authorization is never captured",
    file: 'core/src/payment/request-payment.ts',
    find: '.set({ capture_at_once: 1, next_at_ms: nowMs })',
    replace: '.set({ capture_at_once: 1 })',
  },
  {
    name: 'a released order is not told',
    file: 'core/src/order/end-rescue.ts',
    find: "  await tellMove(core, trx, order, 'release')\n",
    replace: '',
  },
  {
    name: 'money that nothing explains is kept',
    file: 'core/src/reconcile/act-on-mismatch.ts',
    find: "if (mismatch.deadlineAtMs > core.nowMs()) return 'left'",
    replace: "if (mismatch.deadlineAtMs + 36e5 > core.nowMs()) return 'left'",
  },
  {
    name: 'unexplained charges are not shown',
    file: 'kernel/src/reconcile/match.ts',
    find: "    .filter((charge) => charge.state === 'authorized' || heldOf(charge) > 0)",
    replace: "    .filter((charge) => charge.state === 'authorized' && heldOf(charge) > 0)",
  },
  {
    name: 'deferred orders without limit',
    file: 'kernel/src/stall/deferral.ts',
    find: 'if (deferred.sumMinor + intent.totalMinor > limits.sumMinorMax) return false',
    replace: '',
  },
  {
    name: 'deferred orders of one buyer without limit',
    file: 'kernel/src/stall/deferral.ts',
    find: 'if (ofBuyer + 1 > limits.buyerOrdersMax) return false',
    replace: 'if (ofBuyer > limits.buyerOrdersMax) return false',
  },
  {
    name: 'one deferred order more than allowed',
    file: 'kernel/src/stall/deferral.ts',
    find: 'if (deferred.acceptedAtMs.size + 1 > limits.ordersMax) return false',
    replace: 'if (deferred.acceptedAtMs.size > limits.ordersMax) return false',
  },
  {
    name: 'a token buys twice',
    file: 'kernel/src/stall/admission.ts',
    find: 'if (state.spentTokens.has(token.tokenId)) {',
    replace: "if (token.tokenId === '') {",
  },
  {
    name: 'the list price instead of the price that was promised',
    file: 'kernel/src/stall/admission.ts',
    find: 'priced.push({ quantity, unitPriceMinor: price.unitPriceMinor, variantId })',
    replace:
      'const unitPriceMinor = drop.listings.get(variantId)?.priceMinor ?? 0\n' +
      '    priced.push({ quantity, unitPriceMinor, variantId })',
  },
  {
    name: 'the same id with another body',
    file: 'kernel/src/stall/known.ts',
    find: 'return record.order.requestHash === requestHash ? acceptedAnswer(record) : REUSED',
    replace: 'return acceptedAnswer(record)',
  },
  {
    name: 'the same id twice is two orders',
    file: 'kernel/src/stall/sale.ts',
    find:
      '  const { orderId, wish, payment } = command\n  const known = knownOrder(state, ' +
        'orderId, wish.requestHash)\n  if (known !== null) return says(known)',
    replace: '  const { orderId, wish, payment } = command',
  },
  {
    name: 'a rollback takes an old number',
    file: 'core/src/release/active-release.ts',
    find: '  { number, releaseId }: Activation,\n): Promise<FeedDecision> {',
    replace:
      "  { number: given, releaseId, reason }: Activation,\n): Promise<FeedDecision> " +
        "{\n  const number = reason === 'rollback' ? given - 1 : given",
  },
  {
    name: 'a refund in parts loses a cent',
    file: 'kernel/src/ledger/split.ts',
    find: 'for (; excess < 0; excess += 1) changeBy(parts, 1, earliestDue(legs, parts))',
    replace: '',
  },
  {
    name: 'a sale and its parties disagree',
    file: 'core/src/ledger/book-payment.ts',
    find: 'if (!isUnmatched) await bookCapture(core, trx, after, split)',
    replace: 'if (isUnmatched) await bookCapture(core, trx, after, split)',
  },
  {
    name: 'a voucher is not drawn down',
    file: 'core/src/voucher/redeem-voucher.ts',
    find: 'remaining_minor - ${wish.amountMinor}`',
    replace: 'remaining_minor - 0 * ${wish.amountMinor}`',
  },
  {
    name: 'a refund does not go back on its voucher',
    file: 'core/src/voucher/redeem-voucher.ts',
    find: '      remaining_minor: sql<number>`remaining_minor + ${refill.amountMinor}`,',
    replace: '      remaining_minor: sql<number>`remaining_minor + 0 * ${refill.amountMinor}`,',
  },
]
