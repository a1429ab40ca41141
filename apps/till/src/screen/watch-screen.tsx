import { moneyText } from '@nightmarket/ui'
import { manifestOf, shortCode } from '@nightmarket/ui/till'

import { watched } from '../app.ts'
import type { WatchedTill } from '../watch.ts'
import { locale, say } from '../words/words.ts'

/** The most sales shown at once. */
const SALES_SHOWN_MAX = 50

/** A second tab: it says so, shows what the first one sold and holds, and takes over after it. */
export function WatchScreen() {
  const now = watched.value
  return (
    <main class="page watch">
      <div class="trouble" role="alert">
        <b>{say('troubleLocked')}</b>
        <p>{say('trouble.watching')}</p>
      </div>
      {now === null ? null : <Seen till={now} />}
    </main>
  )
}

function Seen({ till: { state } }: { readonly till: WatchedTill }) {
  const orders = [...state.orders.values()].reverse().slice(0, SALES_SHOWN_MAX)
  return (
    <>
      <h1>{say('salesTitle')}</h1>
      {orders.length === 0 ? <p>{say('trouble.noSales')}</p> : null}
      <ul class="sales seen">
        {orders.map(({ order: { orderId, totalMinor, currency }, state: at }) => (
          <li key={orderId}>
            <span class="code">{shortCode(orderId)}</span>
            <span>{moneyText({ amountMinor: totalMinor, currency }, locale())}</span>
            <span class="state">{say(`trouble.state.${at}`)}</span>
          </li>
        ))}
      </ul>
      <h2>{say('goods.stock.title')}</h2>
      <dl>
        {manifestOf(state).map(({ itemId, title, here }) => [
          <dt key={`${itemId} t`}>{title}</dt>,
          <dd key={`${itemId} d`}>{here}</dd>,
        ])}
      </dl>
    </>
  )
}
