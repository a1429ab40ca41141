import type { Receipt } from '@nightmarket/kernel'

/** The address where anyone checks a receipt: it is behind the `#`, and is sent nowhere. */
export async function receiptLink(receipt: Receipt): Promise<string> {
  const stream = new Blob([JSON.stringify(receipt)]).stream()
  const packed = stream.pipeThrough(new CompressionStream('deflate-raw'))
  const bytes = new Uint8Array(await new Response(packed).arrayBuffer())
  const text = btoa(String.fromCharCode(...bytes))
  const safe = text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
  return `${location.origin}/receipt#${safe}`
}
