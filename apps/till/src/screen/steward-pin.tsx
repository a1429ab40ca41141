import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Operator, TillOperator } from '@nightmarket/kernel'
import { checkPin } from '@nightmarket/stall/browser'

import { operator } from '../app.ts'
import type { Till } from '../till.ts'
import { say } from '../words/words.ts'

interface StewardPinProps {
  readonly till: Till
  /** Ask a steward who is signed in for one tap, where nothing else stands before it. */
  readonly isAsking?: boolean
  /** Called once, with the steward who stands for what is done next. */
  readonly onSteward: (steward: Operator) => void
}

/**
 * Who stands for what only a steward may do. A steward who is signed in is asked nothing; beside a
 * seller one types a PIN, and the seller stays signed in.
 */
export function StewardPin({ till, isAsking = false, onSteward }: StewardPinProps) {
  const stewards = useSignal<readonly TillOperator[]>([])
  const chosen = useSignal<TillOperator | null>(null)
  const isWrong = useSignal(false)
  useEffect(() => {
    const who = operator.value
    if (who?.role === 'steward') return isAsking ? undefined : onSteward(who)
    void till.operators().then((list) => {
      stewards.value = (list?.operators ?? []).filter(({ role }) => role === 'steward')
    })
  }, [])
  const signedIn = operator.value
  if (signedIn?.role === 'steward') {
    return (
      <button class="main" type="button" onClick={() => onSteward(signedIn)}>
        {say('order.stewardConfirm')}
      </button>
    )
  }
  const who = chosen.value ?? stewards.value[0]
  if (who === undefined) return <p>{say('order.noSteward')}</p>
  const submit = async (pin: string) => {
    isWrong.value = !(await checkPin(pin, who.pin))
    if (!isWrong.value) onSteward(who)
  }
  return (
    <form
      class="steward"
      onSubmit={(event) => {
        event.preventDefault()
        const pin = new FormData(event.currentTarget).get('steward-pin')
        if (typeof pin === 'string') void submit(pin)
      }}
    >
      <p>{say('order.stewardAsked')}</p>
      <div class="people" role="group" aria-label={say('order.stewardAsked')}>
        {stewards.value.map((each) => (
          <button
            key={each.operatorId}
            type="button"
            aria-pressed={each === who}
            onClick={() => { chosen.value = each }}
          >
            {each.name}
          </button>
        ))}
      </div>
      <label>
        {say('signInPin')}
        <input
          name="steward-pin"
          type="password"
          inputMode="numeric"
          autocomplete="off"
          required
        />
      </label>
      {isWrong.value
        ? <p class="bad" role="alert">{say('signInWrong', { name: who.name })}</p>
        : null}
      <button class="main" type="submit">{say('order.stewardConfirm')}</button>
    </form>
  )
}
