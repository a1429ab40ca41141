import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { TillOperator } from '@nightmarket/kernel'
import { checkPin } from '@nightmarket/stall/browser'

import { operator } from '../app.ts'
import type { Till } from '../till.ts'
import { say } from '../words/words.ts'
import { KeepNotice } from './keep-notice.tsx'

/** Who sells: a name and a PIN, checked on this tablet, with or without a network. */
export function SignInScreen({ till }: { readonly till: Till }) {
  const people = useSignal<readonly TillOperator[] | null>(null)
  const chosen = useSignal<TillOperator | null>(null)
  const isWrong = useSignal(false)
  const load = async () => {
    people.value = null
    people.value = (await till.operators())?.operators ?? []
  }
  useEffect(() => { void load() }, [till])
  const submit = async (pin: string) => {
    const who = chosen.value ?? people.value?.[0]
    if (who === undefined) return
    isWrong.value = !(await checkPin(pin, who.pin))
    if (!isWrong.value) operator.value = who
  }
  if (people.value === null) return <main class="alone"><h1>{say('opening')}</h1></main>
  if (people.value.length === 0) {
    return (
      <main class="alone">
        <h1>{say('signInTitle')}</h1>
        <p>{say('nobody')}</p>
        <button class="main" type="button" onClick={() => void load()}>{say('again')}</button>
      </main>
    )
  }
  const who = chosen.value ?? people.value[0]
  return (
    <main class="alone">
      <h1>{say('signInTitle')}</h1>
      <div class="people" role="group" aria-label={say('signInTitle')}>
        {people.value.map((each) => (
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
      <form
        onSubmit={(event) => {
          event.preventDefault()
          const pin = new FormData(event.currentTarget).get('pin')
          if (typeof pin === 'string') void submit(pin)
        }}
      >
        <label>
          {say('signInPin')}
          <input name="pin" type="password" inputMode="numeric" autocomplete="off" required />
        </label>
        {isWrong.value
          ? <p class="bad" role="alert">{say('signInWrong', { name: who?.name ?? '' })}</p>
          : null}
        <button class="main" type="submit">{say('signInButton')}</button>
      </form>
      <KeepNotice till={till} />
    </main>
  )
}
