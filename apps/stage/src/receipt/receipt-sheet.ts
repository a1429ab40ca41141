import { priceText, say, whenText } from '@nightmarket/ui'
import { renderSVG } from 'uqr'

import type { Wish } from '../buy/wish.ts'
import { element } from '../page/element.ts'
import { edgeNowMs } from '../page/clock.ts'
import type { PageFacts } from '../page/page-facts.ts'
import { packReceipt } from './receipt-link.ts'

interface Receipt {
  readonly entry: string
  readonly leafIndex: number
  readonly checkpoint: { readonly size: number }
  readonly certificate: { readonly nodeId: string }
}

interface Entry {
  readonly atMs: number
  readonly body: {
    readonly totalMinor: number
    readonly lines: readonly { readonly quantity: number; readonly unitPriceMinor: number }[]
  }
}

/** Show a receipt that is kept on this device: it needs no connection, and can be taken along. */
export async function openReceiptSheet(facts: PageFacts, wish: Wish): Promise<void> {
  const { words } = facts
  const receipt = wish.receipt as Receipt
  const entry = JSON.parse(receipt.entry) as Entry
  const place = { ...facts, nowMs: edgeNowMs() }
  const row = (label: string, value: string, look: string | null = null) =>
    element('div', { class: look }, element('dt', {}, label), element('dd', {}, value))
  const rows = [
    ...entry.body.lines.map(({ quantity, unitPriceMinor }) =>
      row(`${quantity} × ${wish.title}`, priceText(facts, quantity * unitPriceMinor), 'slip-line'),
    ),
    row(words.total, priceText(facts, entry.body.totalMinor), 'slip-total'),
    row(words.soldBy, receipt.certificate.nodeId),
    row(words.soldAt, whenText(place, entry.atMs)),
    row(words.order, wish.orderId),
  ]
  const code = element('div', { class: 'slip-code', role: 'img', 'aria-label': words.proof })
  const link = `${wish.edgeUrl}/receipt#${await packReceipt(receipt)}`
  code.innerHTML = renderSVG(link, { ecc: 'L', border: 2 })
  const file = URL.createObjectURL(
    new Blob([JSON.stringify(receipt, null, 2)], { type: 'application/json' }),
  )
  const proof = say(words.proofText, { leaf: receipt.leafIndex + 1, size: receipt.checkpoint.size })
  const sheet = element(
    'dialog',
    {
      class: 'sheet sheet-slip',
      'aria-labelledby': 'slip-title',
      close: () => (URL.revokeObjectURL(file), sheet.remove()),
    },
    element(
      'button',
      {
        class: 'sheet-close',
        type: 'button',
        'aria-label': words.close,
        click: () => sheet.close(),
      },
      '×',
    ),
    element(
      'section',
      { class: 'slip' },
      element('h2', { id: 'slip-title' }, words.receipt),
      element('dl', {}, ...rows),
      code,
      element('p', { class: 'slip-proof' }, proof),
      element(
        'p',
        { class: 'slip-actions' },
        element(
          'a',
          { class: 'quiet', href: file, download: `receipt-${wish.orderId}.json` },
          words.download,
        ),
        element('a', { class: 'quiet', href: link }, words.checkReceipt),
      ),
    ),
  )
  document.body.append(sheet)
  sheet.showModal()
}
