import { moneyText } from '@nightmarket/ui'
import { syncProgress } from '@nightmarket/ui/till'

import { heard, sales, standing, till } from '../app.ts'
import { cutOffAt } from '../sync-run.ts'
import { locale, say } from '../words/words.ts'

/**
 * Back on the network: how much of what was sold without it has arrived, by count and by value; for
 * a moment also that all of it has, since one exchange may bring a whole evening.
 */
export function SyncLine() {
  const from = cutOffAt.value
  const currency = till.value?.stall.state.active?.index.release.currency
  if (from === null || currency === undefined || standing.value?.isOffline !== false) return null
  const progress = syncProgress(sales.value, from, heard.value.acknowledged)
  if (progress === null) return null
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale())
  const { sales: count, salesSent: sent } = progress
  const amount = text(progress.totalMinor)
  const words = sent === count
    ? say('order.arrived', { count, amount })
    : say('order.syncing', { sent, sales: count, sentAmount: text(progress.sentMinor), amount })
  return (
    <div class="syncing" role="status">
      <label>
        {words}
        <progress max={count} value={sent} />
      </label>
    </div>
  )
}
