import { useSignal } from '@preact/signals'
import type { OrderRecord } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import {
  boughtLines,
  remediesFor,
  rescueCause,
  shortCode,
  verdictOf,
  type Remedy,
} from '@nightmarket/ui/till'

import { heard, requests, sales } from '../app.ts'
import { beginRemedy, type RemedyBegun } from '../order/remedy.ts'
import { goTo, type Place } from '../place.ts'
import type { Till } from '../till.ts'
import { locale, say } from '../words/words.ts'
import { OrderAidFacts } from './order-aid.tsx'
import { ReceiptCard } from './receipt-card.tsx'
import { RemedyScreen } from './remedy-screen.tsx'

interface OrderScreenProps {
  readonly place: Extract<Place, { readonly at: 'order' }>
  readonly till: Till
}

/** One sale: what it was, what became of it, its receipt again, and what can be done about it. */
export function OrderScreen({ place: { orderId }, till }: OrderScreenProps) {
  const begun = useSignal<RemedyBegun | null>(null)
  const record = sales.value.find(({ order }) => order.orderId === orderId)
  const back = () => goTo({ at: 'sales' })
  return (
    <main class="page order">
      <button class="back" type="button" onClick={back}>{say('order.backToSales')}</button>
      {record === undefined
        ? <p>{say('salesNone')}</p>
        : <OrderFacts till={till} record={record} />}
      {record === undefined ? null : (
        begun.value === null
          ? <Remedies till={till} record={record} onBegin={(each) => { begun.value = each }} />
          : <RemedyScreen till={till} begun={begun.value} onEnd={() => { begun.value = null }} />
      )}
      <ReceiptCard orderId={orderId} />
    </main>
  )
}

interface FactsProps {
  readonly till: Till
  readonly record: OrderRecord
}

function OrderFacts({ till, record }: FactsProps) {
  const { order } = record
  const verdict = verdictOf(record, heard.value, requests.value)
  return (
    <header>
      <h1><span class="code">{shortCode(order.orderId)}</span></h1>
      <p class="sum">
        {moneyText({ amountMinor: order.totalMinor, currency: order.currency }, locale())}
      </p>
      <Lines till={till} record={record} />
      <p class={`verdict ${verdict}`}><b>{say(`order.verdict.${verdict}`)}</b></p>
      <p>
        {verdict === 'rescue'
          ? say(`order.rescue.${rescueCause(record)}`)
          : say(`order.after.${verdict}`)}
      </p>
      <OrderAidFacts
        till={till}
        orderId={order.orderId}
        verdict={verdict}
        currency={order.currency}
      />
      <Asked record={record} />
    </header>
  )
}

function Lines({ till, record: { order } }: FactsProps) {
  return (
    <ul class="bought">
      {boughtLines(till.stall.state, order).map(({ variantId, title, quantity }) => (
        <li key={variantId}>{quantity} × {title}</li>
      ))}
    </ul>
  )
}

/** What was asked of the core about this sale, and what it said. */
function Asked({ record }: { readonly record: OrderRecord }) {
  const asked = requests.value.filter(({ request }) => request.orderId === record.order.orderId)
  if (asked.length === 0) return null
  return (
    <ul class="asked" aria-live="polite">
      {asked.map(({ request, verdict }) => (
        <li key={request.requestId}>
          {say(`order.asked.${request.isPaidOut ? 'paid_out' : request.kind}`)}{' '}
          <b class={verdict?.verdict === 'refused' ? 'bad' : undefined}>
            {verdict === null
              ? say('order.asked.queued')
              : say(`order.asked.${verdict.verdict}`, { code: verdict.reason ?? '' })}
          </b>{' '}
          <q>{request.why}</q>
        </li>
      ))}
    </ul>
  )
}

interface RemediesProps {
  readonly till: Till
  readonly record: OrderRecord
  readonly onBegin: (begun: RemedyBegun) => void
}

function Remedies({ till, record, onBegin }: RemediesProps) {
  const remedies = remediesFor(till.stall.state, record)
  return (
    <div class="remedies">
      {remedies.map((remedy: Remedy, at) => (
        <button
          key={remedy}
          class={at === 0 && record.state === 'rescue' ? 'main' : undefined}
          type="button"
          onClick={() => onBegin(beginRemedy(remedy, record))}
        >
          {say(`order.remedy.${remedy}`)}
        </button>
      ))}
    </div>
  )
}
