import { useSignal } from '@preact/signals'

import { CameraScanner } from '../camera/camera-scanner.tsx'
import type { PayNote } from '../sale/ask-reader.ts'
import type { CodeWay } from '../sale/payment-code.ts'
import { say } from '../words/words.ts'
import { focusOnce } from './focus-once.ts'
import { Note } from './pay-screen.tsx'

interface CodeFormProps {
  readonly way: CodeWay
  readonly note: PayNote | null
  readonly onCode: (code: string) => void
  readonly onOther: () => void
}

/** The code of a voucher or of a stored card: scanned, or typed; or another way to pay. */
export function CodeForm({ way, note, onCode, onOther }: CodeFormProps) {
  const code = useSignal('')
  const isScanning = useSignal(false)
  const submit = (event: Event) => {
    event.preventDefault()
    if (code.value.trim() !== '') onCode(code.value)
  }
  const takeScan = (text: string) => {
    code.value = text
    onCode(text)
    return null
  }
  return (
    <>
      <Note note={note} />
      <form onSubmit={submit}>
        <label>
          {say(`pay.${way}Hint`)}
          <input
            name="paycode"
            required
            autocomplete="off"
            autocapitalize={way === 'voucher' ? 'characters' : 'off'}
            spellcheck={false}
            ref={focusOnce}
            value={code.value}
            onInput={(event) => { code.value = event.currentTarget.value }}
          />
        </label>
        <button class="main" type="submit">{say('pay.take')}</button>
      </form>
      <button type="button" onClick={() => { isScanning.value = true }}>{say('pay.scan')}</button>
      <button type="button" onClick={onOther}>{say('pay.otherWay')}</button>
      {isScanning.value
        ? (
          <CameraScanner
            title={say(`pay.${way}Title`)}
            onCode={takeScan}
            onClose={() => { isScanning.value = false }}
          />
        )
        : null}
    </>
  )
}
