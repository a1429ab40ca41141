import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { OrderRecord } from '@nightmarket/kernel'
import { receiptPaper, type PaperLine } from '@nightmarket/ui/till'

import { till } from '../app.ts'
import { choosePrinter, knownPrinter, printerWays, type Printer } from '../printer/printer.ts'
import { paperColumns, PAPERS } from '../printer/paper-setting.ts'
import { locale, say, timeText } from '../words/words.ts'
import { QrCode } from './qr-code.tsx'

interface PrintProps {
  readonly record: OrderRecord
  readonly link: string
  /** When it was sold. */
  readonly atMs: number
  readonly onClose: () => void
}

/** A receipt as it will be on paper, and the way to the printer. */
export function PrintDialog({ onClose, ...sale }: PrintProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const paper = paperOf(sale)
  useEffect(() => dialog.current?.showModal(), [])
  return (
    <dialog class="print" ref={dialog} onClose={onClose} aria-labelledby="print-title">
      <h2 id="print-title">{say('receipt.preview')}</h2>
      <Paper paper={paper} />
      <PrintForm paper={paper} />
      <button type="button" onClick={() => dialog.current?.close()}>{say('receipt.close')}</button>
    </dialog>
  )
}

function paperOf({ record: { order }, link, atMs }: Omit<PrintProps, 'onClose'>) {
  const release = till.value?.stall.state.releases.get(order.pin.releaseId)
  const words = {
    total: say('receipt.total'),
    given: say('receipt.given'),
    change: say('receipt.change'),
    paidBy: say(`receipt.paid.${order.payment.method}`),
    hint: say('receipt.hint'),
    when: timeText(atMs),
  }
  return receiptPaper({ order, index: release?.index ?? null, link, words, locale: locale() })
}

/** Paper on the screen: the same lines, in the same columns. */
function Paper({ paper }: { readonly paper: readonly PaperLine[] }) {
  return (
    <div
      class="paper"
      role="region"
      aria-label={say('receipt.preview')}
      tabIndex={0}
      style={{ '--columns': String(paperColumns.value) }}
    >
      {paper.map((line, at) => <PaperRow key={at} line={line} />)}
    </div>
  )
}

function PaperRow({ line }: { readonly line: PaperLine }) {
  switch (line.kind) {
    case 'rule':
      return <hr />
    case 'row':
    case 'total':
      return <p class={line.kind}><span>{line.left}</span><span>{line.right}</span></p>
    case 'qr':
      return <QrCode text={line.text} label={say('receiptQr')} />
    case 'heading':
    case 'note':
    case 'code':
      return <p class={line.kind}>{line.text}</p>
  }
}

/** Print, or connect a printer first. */
function PrintForm({ paper }: { readonly paper: readonly PaperLine[] }) {
  const ways = printerWays()
  const printer = useSignal<Printer | null>(null)
  const said = useSignal<'none' | 'printing' | 'printed' | 'failed' | null>(null)
  useEffect(() => {
    void knownPrinter().then((known) => {
      // Somebody was quicker, and has connected one.
      if (printer.value !== null || said.value !== null) return
      printer.value = known
      if (known === null) said.value = 'none'
    })
  }, [])
  const print = async (target: Printer) => {
    said.value = 'printing'
    said.value = await import('@nightmarket/ui/printer')
      .then(({ encodePaper }) => target.print(encodePaper(paper, paperColumns.value)))
      .then(() => 'printed' as const, whenNotPrinted)
  }
  const connect = async (way: (typeof ways)[number]) => {
    printer.value = await choosePrinter(way)
    if (printer.value !== null) await print(printer.value)
  }
  if (ways.length === 0) return <p role="status">{say('receipt.unsupported')}</p>
  const { value: target } = printer
  return (
    <>
      {said.value === null
        ? null
        : <p role="status" data-said={said.value}>{say(`receipt.${said.value}`)}</p>}
      <label>
        {say('receipt.columns')}
        <select
          value={paperColumns.value}
          onChange={(event) => { paperColumns.value = Number(event.currentTarget.value) }}
        >
          {PAPERS.map(({ name, columns }) => (
            <option key={name} value={columns}>{say(`receipt.${name}`)}</option>
          ))}
        </select>
      </label>
      {target === null
        ? null
        : (
          <button class="main" type="button" onClick={() => void print(target)}>
            {say('receipt.print')}
          </button>
        )}
      {target !== null && said.value !== 'failed' ? null : ways.map((way) => (
        <button key={way} type="button" onClick={() => void connect(way)}>
          {say(`receipt.${way}`)}
        </button>
      ))}
    </>
  )
}

/** A printer that fails fails alone: the sale is on disk, and can be printed again. */
function whenNotPrinted(error: unknown): 'failed' {
  console.error(error)
  return 'failed'
}
