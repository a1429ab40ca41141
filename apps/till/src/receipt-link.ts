import type { Receipt } from '@nightmarket/kernel'

import { packJson, unpackJson } from './packed-json.ts'

/** The address where anyone checks a receipt: it is behind the `#`, and is sent nowhere. */
export async function receiptLink(receipt: Receipt): Promise<string> {
  return `${location.origin}/receipt#${await packJson(receipt)}`
}

/** What a receipt's QR, its address or its file says, unchecked; `null` when it is none of them. */
export async function readReceiptText(text: string): Promise<unknown> {
  return unpackJson(text.trim().replace(/^\S*\/receipt#/, ''))
}
