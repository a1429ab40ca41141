import { useSignal } from '@preact/signals'
import type { BrowserDevice } from '@nightmarket/storage/browser'

import { run } from '../app.ts'
import { CameraScanner } from '../camera/camera-scanner.tsx'
import { enrol, EnrolmentRefused, enrolmentCodeOf } from '../enrolment.ts'
import { say } from '../words/words.ts'

/** A new device, or one whose storage was lost: it becomes a till by a code. */
export function EnrolScreen({ device }: { readonly device: BrowserDevice }) {
  const code = useSignal(enrolmentCodeOf(location.href) ?? '')
  const name = useSignal('till')
  const refusal = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  const isScanning = useSignal(false)
  const submit = async () => {
    isBusy.value = true
    refusal.value = null
    try {
      const enrolment = await enrol(device, code.value.trim(), name.value.trim())
      history.replaceState(null, '', location.pathname)
      await run(device, enrolment)
    } catch (error) {
      if (!(error instanceof EnrolmentRefused)) throw error
      refusal.value = refusalText(error.code)
    } finally {
      isBusy.value = false
    }
  }
  const { condition } = device
  return (
    <main class="alone">
      {condition === 'lost' ? <p class="bad" role="alert">{say('conditionLost')}</p> : null}
      {condition === 'rolled_back'
        ? <p class="bad" role="alert">{say('conditionRolledBack')}</p>
        : null}
      <h1>{say('enrolTitle')}</h1>
      <p>{say('enrolText')}</p>
      <form onSubmit={(event) => { event.preventDefault(); void submit() }}>
        <label>
          {say('enrolCode')}
          <input
            name="code"
            required
            autocomplete="off"
            autocapitalize="characters"
            spellcheck={false}
            value={code.value}
            onInput={(event) => { code.value = event.currentTarget.value }}
          />
        </label>
        <label>
          {say('enrolName')}
          <input
            name="name"
            required
            maxLength={60}
            value={name.value}
            onInput={(event) => { name.value = event.currentTarget.value }}
          />
        </label>
        {refusal.value === null ? null : <p class="bad" role="alert">{refusal.value}</p>}
        <button class="main" type="submit" disabled={isBusy.value}>{say('enrolButton')}</button>
        <button type="button" onClick={() => { isScanning.value = true }}>
          {say('enrolling.scan')}
        </button>
      </form>
      {isScanning.value
        ? (
          <CameraScanner
            title={say('enrolling.title')}
            onCode={(text) => takeCode(text, (found) => { code.value = found })}
            onClose={() => { isScanning.value = false }}
          />
        )
        : null}
    </main>
  )
}

const CODE_REFUSALS = [
  'enrolment_code_invalid',
  'enrolment_code_unknown',
  'enrolment_code_used',
  'enrolment_code_expired',
]

function refusalText(code: string): string {
  if (code === 'unreachable' || code === 'uplink_down') return say('enrolUnreachable')
  if (CODE_REFUSALS.includes(code)) return say(`enrolling.refused.${code}`)
  return say('enrolRefused', { code })
}

/** What a camera or a keyboard read: a code to fill in, or why it is none. */
function takeCode(text: string, fill: (code: string) => void): string | null {
  const found = enrolmentCodeOf(text)
  if (found === null) return say('enrolling.other')
  const { origin } = new URL(text, location.href)
  if (origin !== location.origin) return say('enrolling.elsewhere', { origin })
  fill(found)
  return null
}
