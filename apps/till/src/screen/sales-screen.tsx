import { useSignal } from '@preact/signals'
import type { OrderRecord } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import { shortCode } from '@nightmarket/ui/till'

import { operator, requests, sales, till } from '../app.ts'
import { payBack } from '../sell.ts'
import { locale, say } from '../words/words.ts'
import { ReceiptQr } from './counter-screen.tsx'

/** The most sales shown at once; the rest is found by code. */
const SALES_SHOWN_MAX = 50

/** Sales of this till, newest first: find one, show its receipt again, give its cash back. */
export function SalesScreen() {
  const wanted = useSignal('')
  const open = useSignal<string | null>(null)
  const code = wanted.value.replaceAll(/[^0-9a-z]/gi, '').toUpperCase()
  const found = sales.value
    .filter(({ order }) => shortCode(order.orderId).startsWith(code))
    .slice(0, SALES_SHOWN_MAX)
  return (
    <main class="page">
      <h1>{say('salesTitle')}</h1>
      <input
        type="search"
        aria-label={say('salesFind')}
        placeholder={say('salesFind')}
        value={wanted.value}
        onInput={(event) => { wanted.value = event.currentTarget.value }}
      />
      {found.length === 0 ? <p>{say('salesNone')}</p> : null}
      <ul class="sales">
        {found.map((record) => (
          <SaleItem
            key={record.order.orderId}
            record={record}
            isOpen={open.value === record.order.orderId}
            onToggle={(orderId) => { open.value = open.value === orderId ? null : orderId }}
          />
        ))}
      </ul>
    </main>
  )
}

interface SaleProps {
  readonly record: OrderRecord
  readonly isOpen: boolean
  readonly onToggle: (orderId: string) => void
}

function SaleItem({ record, isOpen, onToggle }: SaleProps) {
  const { order, state } = record
  const { orderId, currency, totalMinor } = order
  return (
    <li>
      <button type="button" aria-expanded={isOpen} onClick={() => onToggle(orderId)}>
        <span class="code">{shortCode(orderId)}</span>
        <span>{moneyText({ amountMinor: totalMinor, currency }, locale())}</span>
        <span class="state">{verdictText(orderId) ?? state}</span>
      </button>
      {isOpen ? (
        <div class="detail">
          <ReceiptQr orderId={orderId} />
          <Refund record={record} />
        </div>
      ) : null}
    </li>
  )
}

function verdictText(orderId: string): string | null {
  const asked = requests.value.findLast(({ request }) => request.orderId === orderId)
  if (asked === undefined) return null
  if (asked.verdict === null) return say('refundQueued')
  if (asked.verdict.verdict === 'done') return say('refundTaken')
  return say('refundRefused', { code: asked.verdict.reason ?? '' })
}

function Refund({ record }: { readonly record: OrderRecord }) {
  const why = useSignal('')
  const outcome = useSignal<string | null>(null)
  const { orderId, totalMinor, currency } = record.order
  const who = operator.value
  const verdict = verdictText(orderId)
  if (verdict !== null) return <p aria-live="polite">{outcome.value ?? verdict}</p>
  if (record.state !== 'captured') return null
  if (who?.role !== 'steward') return <p>{say('stewardOnly')}</p>
  const submit = async () => {
    if (till.value === null) return
    const answer = await payBack(till.value, orderId, who.operatorId, why.value.trim())
    const amount = moneyText({ amountMinor: totalMinor, currency }, locale())
    const isDone = answer.status === 'done'
    const code = answer.status === 'rejected' ? answer.rejection.code : answer.status
    outcome.value = isDone ? say('refundDone', { amount }) : say('refundRefused', { code })
  }
  return (
    <form onSubmit={(event) => { event.preventDefault(); void submit() }}>
      <label>
        {say('refundWhy')}
        <input
          name="why"
          required
          maxLength={200}
          value={why.value}
          onInput={(event) => { why.value = event.currentTarget.value }}
        />
      </label>
      {outcome.value === null ? null : <p role="alert">{outcome.value}</p>}
      <button type="submit">{say('refund')}</button>
    </form>
  )
}
