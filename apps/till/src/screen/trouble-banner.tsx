import { useSignal } from '@preact/signals'
import { mayBeginAnew, troubleOf, type Trouble } from '@nightmarket/ui/till'

import { notSelling, standing } from '../app.ts'
import { batteryLow } from '../battery.ts'
import type { Till } from '../till.ts'
import { locale, say } from '../words/words.ts'
import { StewardPin } from './steward-pin.tsx'

/** What is wrong and what to do next, above whatever page is open. Nothing of it loses a sale. */
export function TroubleBanner({ till }: { readonly till: Till }) {
  const reason = troubleOf(notSelling.value, standing.value?.refused ?? null)
  const low = batteryLow.value
  return (
    <>
      {reason === null ? null : <NotSellingBanner till={till} reason={reason} />}
      {low === null ? null : (
        <div class="trouble" role="status" data-trouble="battery">
          <b>{say('trouble.battery', { level: percentText(low) })}</b>
          <p>{say('trouble.batteryNext')}</p>
        </div>
      )}
    </>
  )
}

function percentText(level: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent' }).format(level)
}

interface BannerProps {
  readonly till: Till
  readonly reason: Trouble
}

function NotSellingBanner({ till, reason }: BannerProps) {
  const isAsking = useSignal(false)
  const unsynced = standing.value?.unsyncedEntries ?? 0
  return (
    <div class="trouble bad" role="alert" data-reason={reason}>
      <b>{say(`trouble.${reason}`)}</b>
      <p>{say(`trouble.next.${reason}`)}</p>
      {mayBeginAnew(reason, unsynced) && !isAsking.value ? (
        <button type="button" onClick={() => { isAsking.value = true }}>
          {say('trouble.anew')}
        </button>
      ) : null}
      {isAsking.value ? (
        <>
          {unsynced === 0 ? null : <p>{say('trouble.anewUnsent')}</p>}
          <StewardPin till={till} isAsking onSteward={() => void beginAnew(till)} />
        </>
      ) : null}
    </div>
  )
}

/** A new life with a new key, to be enrolled; the old journal stays on the tablet as it is. */
async function beginAnew({ uplink, device }: Till): Promise<void> {
  await uplink[Symbol.asyncDispose]()
  await device.beginAnew()
  location.reload()
}
