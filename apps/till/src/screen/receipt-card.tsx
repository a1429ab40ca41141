import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { renderSVG } from 'uqr'
import type { OrderId } from '@nightmarket/kernel'
import { shortCode } from '@nightmarket/ui/till'

import { till } from '../app.ts'
import { receiptLink } from '../receipt-link.ts'
import { say } from '../words/words.ts'

/** A receipt that the buyer's own device takes off the screen. */
export function ReceiptCard({ orderId }: { readonly orderId: OrderId }) {
  const link = useSignal<string | null>(null)
  useEffect(() => {
    void till.value?.stall.receipt(orderId).then(async (receipt) => {
      if (receipt !== null) link.value = await receiptLink(receipt)
    })
  }, [orderId])
  const code = shortCode(orderId)
  if (link.value === null) return <p class="code">{say('receiptCode', { code })}</p>
  const svg = renderSVG(link.value, { ecc: 'L', border: 2 })
  return (
    <figure class="slip">
      <a href={link.value} target="_blank" rel="noopener" aria-label={say('receiptQr')}>
        <img src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={say('receiptQr')} />
      </a>
      <figcaption>
        <strong class="code">{say('receiptCode', { code })}</strong>
        <span>{say('receiptHint')}</span>
      </figcaption>
    </figure>
  )
}
