import { useSignal } from '@preact/signals'
import type { Operator } from '@nightmarket/kernel'
import { shortCode } from '@nightmarket/ui/till'

import { CameraScanner } from '../camera/camera-scanner.tsx'
import { bringReceipt, type ReceiptOutcome } from '../order/restore.ts'
import { goTo } from '../place.ts'
import type { Till } from '../till.ts'
import { say } from '../words/words.ts'
import { StewardPin } from './steward-pin.tsx'

/** Sales of a till that was lost come back from their buyers' receipts, one scan each. */
export function RestoreScreen({ till }: { readonly till: Till }) {
  const steward = useSignal<Operator | null>(null)
  return (
    <main class="page restore">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say('night.restore.title')}</h1>
      <p>{say('night.restore.text')}</p>
      {steward.value === null
        ? <StewardPin till={till} isAsking onSteward={(who) => { steward.value = who }} />
        : <Receipts till={till} steward={steward.value} />}
    </main>
  )
}

interface ReceiptsProps {
  readonly till: Till
  readonly steward: Operator
}

function Receipts({ till, steward }: ReceiptsProps) {
  const outcomes = useSignal<readonly ReceiptOutcome[]>([])
  const isScanning = useSignal(false)
  const bring = async (text: string) => {
    const outcome = await bringReceipt(till, text, steward.operatorId)
    outcomes.value = [outcome, ...outcomes.value]
  }
  const paste = (event: SubmitEvent & { readonly currentTarget: HTMLFormElement }) => {
    event.preventDefault()
    const text = new FormData(event.currentTarget).get('receipt')
    event.currentTarget.reset()
    if (typeof text === 'string') void bring(text)
  }
  return (
    <>
      <button class="main" type="button" onClick={() => { isScanning.value = true }}>
        {say('night.restore.scan')}
      </button>
      <form onSubmit={paste}>
        <label>
          {say('night.restore.paste')}
          <textarea name="receipt" rows={3} autocomplete="off" spellcheck={false} required />
        </label>
        <button type="submit">{say('night.restore.bring')}</button>
      </form>
      <ul class="facts" aria-live="polite">
        {outcomes.value.map(({ orderId, end, code }, at) => (
          <li key={outcomes.value.length - at} class={GOOD.has(end) ? 'good' : 'bad'}>
            {orderId === '' ? null : <b class="code">{shortCode(orderId)}</b>}{' '}
            {say(code === 'journal_expected' ? 'night.restore.expected' : `night.restore.${end}`, {
              code: code ?? '',
            })}
          </li>
        ))}
      </ul>
      {isScanning.value ? (
        <CameraScanner
          title={say('night.restore.scan')}
          onCode={(text) => {
            void bring(text)
            return null
          }}
          onClose={() => { isScanning.value = false }}
        />
      ) : null}
    </>
  )
}

const GOOD: ReadonlySet<ReceiptOutcome['end']> = new Set(['restored', 'known'])
