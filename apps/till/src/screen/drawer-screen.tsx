import { useComputed, useSignal } from '@preact/signals'
import type { CashCounted, Currency, Operator } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import { parseAmount } from '@nightmarket/ui/till'

import { standing } from '../app.ts'
import { goTo } from '../place.ts'
import { countDrawer } from '../stock/stock-command.ts'
import type { Till } from '../till.ts'
import { locale, say } from '../words/words.ts'
import { StewardPin } from './steward-pin.tsx'

type Kind = CashCounted['kind']

const KINDS: readonly Kind[] = ['count', 'opening', 'in', 'out']

/** The drawer's money: opened, counted, put in, taken out; each on record with who and why. */
export function DrawerScreen({ till }: { readonly till: Till }) {
  const kind = useSignal<Kind>('count')
  const currency = till.stall.state.active?.index.release.currency
  return (
    <main class="page drawer">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say('night.cashbox.title')}</h1>
      <div class="chips" role="group" aria-label={say('night.cashbox.title')}>
        {KINDS.map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={each === kind.value}
            onClick={() => { kind.value = each }}
          >
            {say(`night.cashbox.${each}`)}
          </button>
        ))}
      </div>
      {currency === undefined
        ? <p>{say('empty')}</p>
        : <DrawerForm till={till} kind={kind.value} currency={currency} />}
    </main>
  )
}

interface DrawerProps {
  readonly till: Till
  readonly kind: Kind
  readonly currency: Currency
}

/** An amount that somebody counted or moved, beside what the journal makes of it. */
export function DrawerForm({ till, kind, currency }: DrawerProps) {
  const typed = useSignal('')
  const isSigning = useSignal(false)
  const outcome = useSignal<string | null>(null)
  const amount = useComputed(() => parseAmount(typed.value, currency))
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale())
  // The standing rises with everything that is written: the drawer follows it.
  const expectedMinor = standing.value === null ? 0 : till.stall.state.drawer.expectedMinor
  const isCount = kind === 'count' || kind === 'opening'
  const record = async (who: Operator) => {
    isSigning.value = false
    if (amount.value === null) return
    const why = say(`night.cashbox.why.${kind}`)
    const answer = await countDrawer(till, kind, amount.value, who.operatorId, why)
    const isDone = answer.status !== 'rejected'
    outcome.value = isDone ? say('night.cashbox.recorded', { amount: text(amount.value) }) : null
    if (isDone) typed.value = ''
  }
  return (
    <section>
      <p>{say('night.cashbox.expected', { amount: text(expectedMinor) })}</p>
      <form onSubmit={(event) => { event.preventDefault(); isSigning.value = true }}>
        <label>
          {say(`night.cashbox.amount.${kind}`)}
          <input
            name="amount"
            inputMode="decimal"
            autocomplete="off"
            value={typed.value}
            onInput={(event) => { typed.value = event.currentTarget.value }}
          />
        </label>
        {isCount && amount.value !== null
          ? <DrawerDifference byMinor={amount.value - expectedMinor} text={text} />
          : null}
        <p aria-live="polite">{outcome.value}</p>
        {isSigning.value ? null : (
          <button class="main" type="submit" disabled={amount.value === null}>
            {say('goods.stock.record')}
          </button>
        )}
      </form>
      {isSigning.value ? <StewardPin till={till} onSteward={(who) => void record(who)} /> : null}
    </section>
  )
}

interface DifferenceProps {
  readonly byMinor: number
  readonly text: (amountMinor: number) => string
}

function DrawerDifference({ byMinor, text }: DifferenceProps) {
  if (byMinor === 0) return <p class="good" role="status">{say('night.cashbox.same')}</p>
  const key = byMinor < 0 ? 'night.cashbox.missing' : 'night.cashbox.over'
  return <p class="bad" role="status">{say(key, { amount: text(Math.abs(byMinor)) })}</p>
}
