import { useSignal } from '@preact/signals'
import { PAYMENT_WAYS, type PaymentWay } from '@nightmarket/ui/till'

import { payAgain, readerAsked, USED_HERE, type PayingAgain } from '../order/pay-again.ts'
import type { PayNote } from '../sale/ask-reader.ts'
import type { CodeWay } from '../sale/payment-code.ts'
import { say } from '../words/words.ts'
import { CodeForm } from './code-form.tsx'
import { Note } from './pay-screen.tsx'

interface PayAgainProps {
  /** `null` until it is said why and by whom. */
  readonly paying: PayingAgain | null
  readonly amount: string
  readonly onPaid: () => void
}

/** The ways to pay a sale another time: each is one tap, or one tap and a code. */
export function PayAgain({ paying, amount, onPaid }: PayAgainProps) {
  const note = useSignal<PayNote | null>(null)
  const way = useSignal<CodeWay | null>(null)
  const isBusy = useSignal(false)
  const pay = async (chosen: PaymentWay, code = '', isSure = false) => {
    if (paying === null || isBusy.value) return
    isBusy.value = true
    note.value = await payAgain(paying, chosen, code, isSure).finally(() => {
      isBusy.value = false
    })
    if (note.value === null) onPaid()
  }
  const begin = (chosen: PaymentWay) => {
    note.value = null
    if (chosen === 'cash' || chosen === 'card') void pay(chosen)
    else way.value = chosen
  }
  if (readerAsked.value !== null) {
    return (
      <>
        <p class="sum">{say('pay.hold')}</p>
        <button type="button" onClick={() => readerAsked.value?.abort()}>
          {say('pay.cancel')}
        </button>
      </>
    )
  }
  if (way.value !== null) {
    const [chosen, doubt] = [way.value, note.value === USED_HERE]
    return (
      <CodeForm
        way={chosen}
        note={note.value}
        onCode={(code) => void pay(chosen, code, doubt)}
        onOther={() => { way.value = null }}
      />
    )
  }
  return (
    <>
      <Note note={note.value} />
      <div class="ways" role="group" aria-label={say('pay.title')}>
        {PAYMENT_WAYS.map((each) => (
          <button
            key={each}
            class={each === 'cash' ? 'main' : undefined}
            type="button"
            disabled={paying === null || isBusy.value}
            onClick={() => begin(each)}
          >
            {each === 'cash' ? say('order.remedyDo.pay_again', { amount }) : say(`pay.${each}`)}
          </button>
        ))}
      </div>
    </>
  )
}
