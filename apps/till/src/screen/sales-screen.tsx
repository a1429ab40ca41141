import { useSignal } from '@preact/signals'
import type { OrderRecord } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import {
  findSales,
  lastRequestOf,
  shortCode,
  sumVerdicts,
  verdictOf,
  type Verdict,
} from '@nightmarket/ui/till'

import { heard, requests, sales, till } from '../app.ts'
import { CameraScanner } from '../camera/camera-scanner.tsx'
import { orderOfReceipt } from '../order/find-order.ts'
import { goTo } from '../place.ts'
import { locale, say } from '../words/words.ts'

/** The most sales shown at once; the rest is found by code. */
const SALES_SHOWN_MAX = 50

interface Judged {
  readonly record: OrderRecord
  readonly verdict: Verdict
  readonly totalMinor: number
}

function judge(record: OrderRecord): Judged {
  const verdict = verdictOf(record, heard.value, requests.value)
  return { record, verdict, totalMinor: record.order.totalMinor }
}

/** Sales of this till, newest first, with what became of each: by code, by verdict, or the last. */
export function SalesScreen() {
  const wanted = useSignal('')
  const only = useSignal<Verdict | null>(null)
  const judged = sales.value.map(judge)
  const found = findSales(sales.value, wanted.value)
  const shown = judged
    .filter(({ record, verdict }) => {
      return found.includes(record) && (only.value === null || verdict === only.value)
    })
    .slice(0, SALES_SHOWN_MAX)
  const [first, ...others] = shown
  const openOnly = () => {
    if (first === undefined || others.length > 0) return
    goTo({ at: 'order', orderId: first.record.order.orderId })
  }
  return (
    <main class="page">
      <h1>{say('salesTitle')}</h1>
      <form onSubmit={(event) => { event.preventDefault(); openOnly() }}>
        <input
          type="search"
          aria-label={say('salesFind')}
          placeholder={say('salesFind')}
          value={wanted.value}
          onInput={(event) => { wanted.value = event.currentTarget.value }}
        />
      </form>
      <ScanReceipt />
      <VerdictChips
        judged={judged}
        only={only.value}
        onChoose={(verdict) => { only.value = verdict }}
      />
      {shown.length === 0
        ? <p>{say(judged.length === 0 ? 'trouble.noSales' : 'salesNone')}</p>
        : null}
      <ul class="sales">
        {shown.map((each) => <SaleItem key={each.record.order.orderId} {...each} />)}
      </ul>
    </main>
  )
}

/** A buyer's receipt, scanned off their phone or paper, opens its sale. */
function ScanReceipt() {
  const isScanning = useSignal(false)
  const take = (text: string) => {
    const orderId = till.value === null ? null : orderOfReceipt(till.value, text)
    if (orderId === null) return say('order.notReceipt')
    if (!sales.value.some(({ order }) => order.orderId === orderId)) return say('order.elsewhere')
    goTo({ at: 'order', orderId })
    return null
  }
  return (
    <>
      <button type="button" onClick={() => { isScanning.value = true }}>
        {say('order.scan')}
      </button>
      {isScanning.value ? (
        <CameraScanner
          title={say('order.scan')}
          onCode={take}
          onClose={() => { isScanning.value = false }}
        />
      ) : null}
    </>
  )
}

interface ChipsProps {
  readonly judged: readonly Judged[]
  readonly only: Verdict | null
  readonly onChoose: (verdict: Verdict | null) => void
}

/** How many sales came to what; one tap shows only those. */
function VerdictChips({ judged, only, onChoose }: ChipsProps) {
  const currency = till.value?.stall.state.active?.index.release.currency
  if (judged.length === 0 || currency === undefined) return null
  return (
    <div class="chips" role="group" aria-label={say('order.verdictsTitle')}>
      {sumVerdicts(judged).map(({ verdict, sales: count, totalMinor }) => (
        <button
          key={verdict}
          class={verdict}
          type="button"
          aria-pressed={only === verdict}
          onClick={() => onChoose(only === verdict ? null : verdict)}
        >
          <b>{count}</b> {say(`order.verdict.${verdict}`)}{' '}
          <small>{moneyText({ amountMinor: totalMinor, currency }, locale())}</small>
        </button>
      ))}
    </div>
  )
}

function SaleItem({ record: { order }, verdict }: Judged) {
  const { orderId, currency, totalMinor } = order
  const asked = lastRequestOf(requests.value, orderId)
  const isQueued = asked !== null && asked.verdict === null
  return (
    <li>
      <button type="button" onClick={() => goTo({ at: 'order', orderId })}>
        <span class="code">{shortCode(orderId)}</span>
        <span>{moneyText({ amountMinor: totalMinor, currency }, locale())}</span>
        <span class={`verdict ${verdict}`}>
          {isQueued ? say('order.asked.onItsWay') : say(`order.verdict.${verdict}`)}
        </span>
      </button>
    </li>
  )
}
