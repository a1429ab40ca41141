import { packText, type Receipt } from '@nightmarket/kernel'

/** The address where anyone checks a receipt: it is behind the `#`, and is sent nowhere. */
export function receiptLink(receipt: Receipt): string {
  return `${location.origin}/receipt#${packText(receipt)}`
}
