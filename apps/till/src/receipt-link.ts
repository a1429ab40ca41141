import { packText, type Receipt } from '@nightmarket/kernel'

import { readPacked } from './read-packed.ts'

/** The address where anyone checks a receipt: it is behind the `#`, and is sent nowhere. */
export function receiptLink(receipt: Receipt): string {
  return `${location.origin}/receipt#${packText(receipt)}`
}

/** What a receipt's QR, its address or its file says, unchecked; `null` when it is none of them. */
export function readReceiptText(text: string): unknown {
  return readPacked(text.trim().replace(/^\S*\/receipt#/, ''))
}
