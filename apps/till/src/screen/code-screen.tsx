import { amountText } from '../app.ts'
import type { PayNote } from '../sale/ask-reader.ts'
import { otherWay, payByCode } from '../sale/counter.ts'
import type { CodeWay } from '../sale/payment-code.ts'
import { say } from '../words/words.ts'
import { CodeForm } from './code-form.tsx'

interface CodeProps {
  readonly way: CodeWay
  readonly totalMinor: number
  readonly note: PayNote | null
}

/** A sale that is paid by a code. */
export function CodeScreen({ way, totalMinor, note }: CodeProps) {
  return (
    <>
      <h1>{say(`pay.${way}Title`)}</h1>
      <p class="sum">{amountText(totalMinor)}</p>
      <CodeForm way={way} note={note} onCode={(code) => void payByCode(code)} onOther={otherWay} />
    </>
  )
}
