import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { OrderId } from '@nightmarket/kernel'
import { shortCode } from '@nightmarket/ui/till'

import { sales, till } from '../app.ts'
import { receiptLink } from '../receipt-link.ts'
import { say } from '../words/words.ts'
import { PrintDialog } from './print-dialog.tsx'
import { QrCode } from './qr-code.tsx'

interface Proof {
  /** The address that shows and checks it. */
  readonly link: string
  readonly atMs: number
}

/** A receipt that the buyer's own device takes off the screen, large if need be, or on paper. */
export function ReceiptCard({ orderId }: { readonly orderId: OrderId }) {
  const proof = useSignal<Proof | null>(null)
  const open = useSignal<'large' | 'print' | null>(null)
  useEffect(() => {
    void till.value?.stall.receipt(orderId).then((receipt) => {
      if (receipt === null) return
      const { atMs } = JSON.parse(receipt.entry) as { readonly atMs: number }
      proof.value = { link: receiptLink(receipt), atMs }
    })
  }, [orderId])
  const code = shortCode(orderId)
  const record = sales.value.find(({ order }) => order.orderId === orderId)
  if (proof.value === null) return <p class="code">{say('receiptCode', { code })}</p>
  const { link, atMs } = proof.value
  const close = () => {
    open.value = null
  }
  return (
    <figure class="slip">
      <div class="slip-head">
        <strong class="code">{say('receiptCode', { code })}</strong>
        <button type="button" onClick={() => { open.value = 'print' }}>
          {say('receipt.print')}
        </button>
      </div>
      <button
        class="enlarge"
        type="button"
        aria-label={say('receipt.large')}
        onClick={() => { open.value = 'large' }}
      >
        <QrCode text={link} label={say('receiptQr')} />
      </button>
      <figcaption>
        <span>{say('receiptHint')}</span>
        <a href={link} target="_blank" rel="noopener">{say('receipt.check')}</a>
      </figcaption>
      {open.value === 'large' ? <LargeCode text={link} code={code} onClose={close} /> : null}
      {open.value === 'print' && record !== undefined
        ? <PrintDialog record={record} link={link} atMs={atMs} onClose={close} />
        : null}
    </figure>
  )
}

interface LargeProps {
  readonly text: string
  readonly code: string
  readonly onClose: () => void
}

/** The code over the whole screen, as large as it gets; a tap anywhere closes it. */
function LargeCode({ text, code, onClose }: LargeProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog
      class="large"
      ref={dialog}
      aria-label={say('receiptCode', { code })}
      onClose={onClose}
      onClick={() => dialog.current?.close()}
    >
      <QrCode text={text} label={say('receiptQr')} />
      <button type="button">{say('receipt.close')}</button>
    </dialog>
  )
}
