import { useSignal } from '@preact/signals'
import { WHY_LENGTH_MAX, type Operator } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'

import { carryOutRemedy, type RemedyBegun } from '../order/remedy.ts'
import type { Till } from '../till.ts'
import { locale, say } from '../words/words.ts'
import { PayAgain } from './pay-again.tsx'
import { StewardPin } from './steward-pin.tsx'

/** Why things come back, most often: one tap instead of typing. */
const REASONS = ['broken', 'wrong', 'unwanted', 'payment', 'gone'] as const

interface RemedyProps {
  readonly till: Till
  readonly begun: RemedyBegun
  readonly onEnd: () => void
}

/** Do one thing about one sale: why, who if a seller is signed in, done. */
export function RemedyScreen({ till, begun, onEnd }: RemedyProps) {
  const why = useSignal('')
  const steward = useSignal<Operator | null>(null)
  const refusal = useSignal<string | null>(null)
  const isBusy = useSignal(false)
  const { remedy, record } = begun
  const { totalMinor, currency } = record.order
  const amount = moneyText({ amountMinor: totalMinor, currency }, locale())
  const saidBy = ({ operatorId }: Operator) => ({ operatorId, why: why.value.trim() })
  const submit = async () => {
    const who = steward.value
    if (who === null || isBusy.value || remedy === 'pay_again') return
    isBusy.value = true
    const answer = await carryOutRemedy(till, remedy, begun, who.operatorId, why.value.trim())
    isBusy.value = false
    if (answer.status === 'rejected') refusal.value = answer.rejection.code
    else onEnd()
  }
  return (
    <section class="remedy" aria-label={say(`order.remedy.${remedy}`)}>
      <h2>{say(`order.remedy.${remedy}`)}</h2>
      <p>{say(`order.remedyText.${remedy}`, { amount })}</p>
      <form onSubmit={(event) => { event.preventDefault(); void submit() }}>
        <div class="reasons" role="group" aria-label={say('refundWhy')}>
          {REASONS.map((reason) => (
            <button
              key={reason}
              type="button"
              aria-pressed={why.value === say(`order.why.${reason}`)}
              onClick={() => { why.value = say(`order.why.${reason}`) }}
            >
              {say(`order.why.${reason}`)}
            </button>
          ))}
        </div>
        <label>
          {say('refundWhy')}
          <input
            name="why"
            required
            autocomplete="off"
            maxLength={WHY_LENGTH_MAX}
            value={why.value}
            onInput={(event) => { why.value = event.currentTarget.value }}
          />
        </label>
        {refusal.value === null
          ? null
          : <p class="bad" role="alert">{say('order.remedyRefused', { code: refusal.value })}</p>}
        {steward.value === null || remedy === 'pay_again' ? null : (
          <button class="main" type="submit" disabled={isBusy.value}>
            {say(`order.remedyDo.${remedy}`, { amount })}
          </button>
        )}
      </form>
      {steward.value === null
        ? <StewardPin till={till} onSteward={(who) => { steward.value = who }} />
        : null}
      {steward.value === null || remedy !== 'pay_again' ? null : (
        <PayAgain
          paying={why.value.trim() === '' ? null : { till, begun, ...saidBy(steward.value) }}
          amount={amount}
          onPaid={onEnd}
        />
      )}
      <button type="button" onClick={onEnd}>{say('back')}</button>
    </section>
  )
}
