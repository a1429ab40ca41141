import { moneyText } from '@nightmarket/ui'
import { syncProgress } from '@nightmarket/ui/till'

import { heard, sales, standing, till } from '../app.ts'
import { cutOffAt } from '../sync-run.ts'
import { locale, say } from '../words/words.ts'

/** Back on the network: how much of what was sold without it has arrived, by count and by value. */
export function SyncLine() {
  const from = cutOffAt.value
  const currency = till.value?.stall.state.active?.index.release.currency
  if (from === null || currency === undefined || standing.value?.isOffline !== false) return null
  const progress = syncProgress(sales.value, from, heard.value.acknowledged)
  if (progress === null) return null
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale())
  const words = say('order.syncing', {
    sent: progress.salesSent,
    sales: progress.sales,
    sentAmount: text(progress.sentMinor),
    amount: text(progress.totalMinor),
  })
  return (
    <div class="syncing">
      <label>
        {words}
        <progress max={progress.sales} value={progress.salesSent} />
      </label>
    </div>
  )
}
