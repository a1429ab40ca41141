import ReceiptPrinterEncoder from '@point-of-sale/receipt-printer-encoder'

import type { PaperLine } from '../till/receipt-paper.ts'
import { CODEPAGES } from './codepages.ts'

/** Dots of a QR module: the widest that a roll of this width has room for. */
const MODULE_DOTS = { narrow: 3, wide: 4 } as const

/** Up to so many columns a roll is a narrow one of 58 mm. */
const NARROW_COLUMNS_MAX = 35

/** A receipt as a thermal printer takes it: ESC/POS, cut at the end. [SV11] */
export function encodePaper(paper: readonly PaperLine[], columns: number): Uint8Array {
  const encoder = new ReceiptPrinterEncoder({
    language: 'esc-pos',
    columns,
    feedBeforeCut: 4,
    codepageCandidates: [...CODEPAGES],
  })
  encoder.initialize().codepage('auto')
  for (const line of paper) encodeLine(encoder, line, columns)
  return encoder.newline().cut('partial').encode()
}

function encodeLine(encoder: ReceiptPrinterEncoder, line: PaperLine, columns: number): void {
  switch (line.kind) {
    case 'heading':
      encoder.align('center').bold(true).line(line.text).bold(false)
      break
    case 'note':
      encoder.align('center').line(line.text)
      break
    case 'rule':
      encoder.align('left').rule()
      break
    case 'row':
    case 'total':
      encodeRow(encoder, line, columns)
      break
    case 'code':
      encoder.align('center').size(2, 2).line(line.text).size(1, 1)
      break
    case 'qr':
      encoder.align('center').qrcode(line.text, {
        model: 2,
        size: columns <= NARROW_COLUMNS_MAX ? MODULE_DOTS.narrow : MODULE_DOTS.wide,
        errorlevel: 'l',
      })
  }
}

function encodeRow(
  encoder: ReceiptPrinterEncoder,
  { kind, left, right }: Extract<PaperLine, { readonly kind: 'row' | 'total' }>,
  columns: number,
): void {
  const cells = [
    { width: columns - right.length - 1, align: 'left' as const },
    { width: right.length, align: 'right' as const, marginLeft: 1 },
  ]
  encoder.align('left').bold(kind === 'total').table(cells, [[left, right]]).bold(false)
}
