import { useComputed, useSignal } from '@preact/signals'
import type { StallRejection } from '@nightmarket/kernel'
import { changeMinor, parseAmount, tenderSuggestions } from '@nightmarket/ui/till'

import { amountText, currencyHere, standing } from '../app.ts'
import type { PayNote } from '../sale/ask-reader.ts'
import {
  askForCode,
  backToCart,
  cancelReader,
  payByCard,
  payInCash,
  promiseRefusal,
} from '../sale/counter.ts'
import { say } from '../words/words.ts'
import { focusOnce } from './focus-once.ts'

interface PayProps {
  readonly totalMinor: number
  readonly note: PayNote | null
}

/** How the buyer pays: one tap on a likely sum of cash, or another way. */
export function PayScreen({ totalMinor, note }: PayProps) {
  const refusal = promiseRefusal.value
  return (
    <>
      <h1>{say('pay.title')}</h1>
      <p class="sum">{amountText(totalMinor)}</p>
      <Note note={note} />
      <CashForm totalMinor={totalMinor} />
      {refusal === null ? null : <p class="hint">{promiseText(refusal)}</p>}
      <div class="ways">
        <button type="button" disabled={refusal !== null} onClick={() => void payByCard()}>
          {say('pay.card')}
        </button>
        {(['voucher', 'token'] as const).map((way) => (
          <button
            key={way}
            type="button"
            disabled={refusal !== null}
            onClick={() => askForCode(way)}
          >
            {say(`pay.${way}`)}
          </button>
        ))}
      </div>
      <button type="button" onClick={backToCart}>{say('back')}</button>
    </>
  )
}

/** What was said on the way here. */
export function Note({ note }: { readonly note: PayNote | null }) {
  if (note === null) return null
  return <p class="bad" role="alert">{say(note.text, { code: note.code ?? '' })}</p>
}

/** Cash by one tap on a likely sum, or by any sum typed. */
function CashForm({ totalMinor }: { readonly totalMinor: number }) {
  const given = useSignal('')
  const amount = useComputed(() => parseAmount(given.value, currencyHere()))
  const change = amount.value === null ? null : changeMinor(totalMinor, amount.value)
  const submit = (event: Event) => {
    event.preventDefault()
    if (amount.value !== null && change !== null) void payInCash(amount.value)
  }
  return (
    <>
      <div class="tenders" role="group" aria-label={say('cashTitle')}>
        {tenderSuggestions(totalMinor, currencyHere()).map((each, at) => (
          <button
            key={each}
            class="main"
            type="button"
            ref={at === 0 ? focusOnce : null}
            onClick={() => void payInCash(each)}
          >
            {each === totalMinor ? say('cashExact') : amountText(each)}
          </button>
        ))}
      </div>
      <form class="given" onSubmit={submit}>
        <label>
          {say('pay.otherAmount')}
          <input
            name="given"
            inputMode="decimal"
            autocomplete="off"
            value={given.value}
            onInput={(event) => { given.value = event.currentTarget.value }}
          />
        </label>
        <button type="submit" disabled={change === null}>
          {change === null ? say('sell') : say('pay.soldCash', { amount: amountText(change) })}
        </button>
      </form>
    </>
  )
}

/** Why only cash is taken, in the operator's words. */
function promiseText({ code }: StallRejection): string {
  if (code !== 'payment_not_deferrable') return say('pay.notTaken')
  const left = standing.value?.deferred
  const isSumLeft = left !== null && left !== undefined && left.orders > 0
  if (!isSumLeft || left.orderMinorMax === 0) return say('pay.cashOnly')
  return say('pay.cashOnlySum', { amount: amountText(left.orderMinorMax) })
}

/** A card is being held to the reader. */
export function ReaderScreen({ totalMinor }: { readonly totalMinor: number }) {
  return (
    <>
      <h1>{say('pay.hold')}</h1>
      <p class="sum">{amountText(totalMinor)}</p>
      <button type="button" ref={focusOnce} onClick={cancelReader}>{say('pay.cancel')}</button>
    </>
  )
}
