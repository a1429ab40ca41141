import { useSignal } from '@preact/signals'

import { amountText } from '../app.ts'
import { CameraScanner } from '../camera/camera-scanner.tsx'
import type { PayNote } from '../sale/ask-reader.ts'
import { otherWay, payByCode } from '../sale/counter.ts'
import type { CodeWay } from '../sale/payment-code.ts'
import { say } from '../words/words.ts'
import { focusOnce } from './focus-once.ts'
import { Note } from './pay-screen.tsx'

interface CodeProps {
  readonly way: CodeWay
  readonly totalMinor: number
  readonly note: PayNote | null
}

/** The code of a voucher or of a stored card: scanned, or typed. */
export function CodeScreen({ way, totalMinor, note }: CodeProps) {
  const code = useSignal('')
  const isScanning = useSignal(false)
  const submit = (event: Event) => {
    event.preventDefault()
    if (code.value.trim() !== '') void payByCode(code.value)
  }
  const takeScan = (text: string) => {
    code.value = text
    void payByCode(text)
    return null
  }
  return (
    <>
      <h1>{say(`pay.${way}Title`)}</h1>
      <p class="sum">{amountText(totalMinor)}</p>
      <Note note={note} />
      <form onSubmit={submit}>
        <label>
          {say(`pay.${way}Hint`)}
          <input
            name="paycode"
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
      <button type="button" onClick={otherWay}>{say('pay.otherWay')}</button>
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
