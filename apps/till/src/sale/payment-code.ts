import { parseVoucherCode, voucherHash } from '@nightmarket/payments/voucher'
import { sha256 } from '@nightmarket/stall/browser'
import { parsePaymentToken, type PaymentWay } from '@nightmarket/ui/till'

/** A way to pay whose proof is a code that the buyer has. */
export type CodeWay = Extract<PaymentWay, 'voucher' | 'token'>

/** What a payment request says of a code, or the name of the text that says what is wrong. */
export function readPaymentCode(
  way: CodeWay,
  text: string,
): { readonly reference: string } | { readonly refusal: string } {
  if (way === 'token') return parsePaymentToken(text)
  const code = parseVoucherCode(text)
  if (!code.ok) return { refusal: code.error.code }
  return { reference: voucherHash(code.value, sha256) }
}
