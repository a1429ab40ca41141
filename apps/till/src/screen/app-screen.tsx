import { moneyText } from '@nightmarket/ui'
import { WARNING_MS, type Standing } from '@nightmarket/ui/till'

import { amountText, notSelling, operator, stage, standing, till, waitingWorker } from '../app.ts'
import { goTo, place } from '../place.ts'
import { locale, say, timeText } from '../words/words.ts'
import { EnrolScreen } from './enrol-screen.tsx'
import { pageOf, TABS } from './pages.tsx'
import { SignInScreen } from './sign-in-screen.tsx'
import { SyncLine } from './sync-line.tsx'
import { TroubleBanner } from './trouble-banner.tsx'
import { WatchScreen } from './watch-screen.tsx'

/** Everything on the screen. */
export function App() {
  const at = stage.value
  if (at.at === 'opening') return <main class="alone"><h1>{say('opening')}</h1></main>
  if (at.at === 'trouble') return <Trouble code={at.code} />
  if (at.at === 'watching') return <WatchScreen />
  if (at.at === 'enrol') return <EnrolScreen device={at.device} />
  if (operator.value === null) return <SignInScreen till={at.till} />
  const { tab, Screen } = pageOf(place.value)
  return (
    <div class="house">
      <div>
        <StandingBar />
        <SyncLine />
        <TroubleBanner till={at.till} />
      </div>
      <Screen place={place.value} till={at.till} />
      <nav class="pages">
        {TABS.map((name) => (
          <button
            key={name}
            type="button"
            aria-current={tab === name ? 'page' : undefined}
            onClick={() => goTo({ at: name })}
          >
            {say(`nav${name[0]?.toUpperCase()}${name.slice(1)}`)}
          </button>
        ))}
      </nav>
    </div>
  )
}

const TROUBLES: Readonly<Record<string, string>> = {
  disk_full: 'troubleDisk',
  journal_corrupt: 'troubleCorrupt',
  corrupt: 'troubleCorrupt',
}

function Trouble({ code }: { readonly code: string }) {
  return (
    <main class="alone">
      <h1>{say(TROUBLES[code] ?? 'troubleStorage')}</h1>
      <p class="code">{code}</p>
      <button class="main" type="button" onClick={() => location.reload()}>{say('again')}</button>
    </main>
  )
}

function StandingBar() {
  const now = standing.value
  const currency = till.value?.stall.state.active?.index.release.currency
  if (now === null) return null
  const isSelling = notSelling.value === null
  const { isOffline, offlineSinceMs, unsyncedSales, unsyncedMinor, unsyncedEntries } = now
  const amount = currency === undefined
    ? ''
    : moneyText({ amountMinor: unsyncedMinor, currency }, locale())
  return (
    <header class={isOffline ? 'standing offline' : 'standing'} aria-live="polite">
      <strong>
        {isOffline && offlineSinceMs !== null
          ? say(isSelling ? 'offline' : 'trouble.offline', { time: timeText(offlineSinceMs) })
          : say('online')}
      </strong>
      <span data-unsynced={unsyncedEntries}>
        {unsyncedSales > 0 ? say('unsynced', { count: unsyncedSales, amount }) : say('synced')}
      </span>
      {isSelling ? <SellUntil now={now} /> : null}
      {isSelling ? <PromiseLeft now={now} /> : null}
      <Update />
    </header>
  )
}

function SellUntil({ now }: { readonly now: Standing }) {
  if (!now.isOffline || now.sellUntilMs === null) return null
  const time = timeText(now.sellUntilMs)
  if (now.isEndNear) return <b class="bad">{say('endNear', { time })}</b>
  return <span>{say('mayStillSell', { count: now.unitsLeft, time })}</span>
}

/** What may still be sold before its payment is checked: always while it is cut off. [SV7] */
function PromiseLeft({ now }: { readonly now: Standing }) {
  const { deferred, isDeferredNear, isOffline } = now
  if (deferred === null || !(isOffline || isDeferredNear)) return null
  const left = { count: deferred.orders, amount: amountText(deferred.sumMinor) }
  if (!isDeferredNear) return <span>{say('pay.promiseLeft', left)}</span>
  const isByTime = deferred.endsAtMs !== null && deferred.endsAtMs - Date.now() < WARNING_MS
  const text = isByTime
    ? say('pay.promiseUntil', { time: timeText(deferred.endsAtMs ?? 0) })
    : say('pay.promiseNear', left)
  return <b class="bad">{text}</b>
}

function Update() {
  const worker = waitingWorker.value
  if (worker === null) return null
  return (
    <span class="update">
      {say('update')}{' '}
      <button type="button" onClick={() => worker.postMessage({ type: 'SKIP_WAITING' })}>
        {say('updateButton')}
      </button>
    </span>
  )
}
