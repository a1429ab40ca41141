/** What a form says about paying, as the interface takes it. What is wrong is found there. */
export function readPaymentInput(form: URLSearchParams): object {
  const payKey = form.get('payKey') ?? ''
  const reference = form.get('reference') ?? ''
  if (reference !== 'voucher') return { payKey, method: 'card', reference }
  return { payKey, method: 'voucher', voucherCode: (form.get('voucherCode') ?? '').trim() }
}
