import { useSignal } from '@preact/signals'
import type { Currency, Operator } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import { closingOf, type Closing } from '@nightmarket/ui/till'

import { notSelling, standing } from '../app.ts'
import { goTo } from '../place.ts'
import { closeForTheNight } from '../stock/stock-command.ts'
import type { Till } from '../till.ts'
import { locale, say, timeText } from '../words/words.ts'
import { DrawerForm } from './drawer-screen.tsx'
import { StewardPin } from './steward-pin.tsx'

/** The end of the night: what it came to, the drawer counted, units given back; on paper too. */
export function CloseScreen({ till }: { readonly till: Till }) {
  const currency = till.stall.state.active?.index.release.currency
  const closing = standing.value === null ? null : closingOf(till.stall.state)
  const isClosed = notSelling.value === 'closed'
  return (
    <main class="page close">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say(isClosed ? 'night.close.closed' : 'night.close.title')}</h1>
      <Warnings closing={closing} />
      {closing === null || currency === undefined
        ? null
        : <Summary till={till} closing={closing} currency={currency} />}
      {isClosed || currency === undefined ? null : (
        <section class="screen-only">
          <h2>{say('night.close.drawer')}</h2>
          <DrawerForm till={till} kind="count" currency={currency} />
        </section>
      )}
      {isClosed ? null : <CloseButton till={till} />}
      <button type="button" class="screen-only" onClick={() => print()}>
        {say('night.close.print')}
      </button>
    </main>
  )
}

/** What is not over yet: nothing of it is lost by closing, and somebody should know. */
function Warnings({ closing }: { readonly closing: Closing | null }) {
  const unsynced = standing.value?.unsyncedEntries ?? 0
  const rescues = closing?.rescues ?? 0
  return (
    <div aria-live="polite">
      {unsynced === 0 ? null : <p class="bad" data-unsynced-night>{say('night.close.unsynced')}</p>}
      {rescues === 0 ? null : <p class="bad">{say('night.close.rescues', { count: rescues })}</p>}
    </div>
  )
}

interface SummaryProps {
  readonly till: Till
  readonly closing: Closing
  readonly currency: Currency
}

function Summary({ till, closing, currency }: SummaryProps) {
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale())
  const { nodeId, epoch } = till.stall.state
  const { byMethod, differenceMinor } = closing
  return (
    <dl class="summary">
      <dt>{say('node')}</dt>
      <dd class="code">{nodeId}/{epoch}</dd>
      <dt class="print-only">{say('night.close.at')}</dt>
      <dd class="print-only">{timeText(Date.now())}</dd>
      {byMethod.map(({ method, sales, totalMinor }) => [
        <dt key={`${method} t`}>{say(`night.close.${method}`, { count: sales })}</dt>,
        <dd key={`${method} d`}>{text(totalMinor)}</dd>,
      ])}
      <dt><b>{say('night.close.total', { count: closing.sales - closing.unpaid })}</b></dt>
      <dd><b>{text(closing.totalMinor)}</b></dd>
      <dt>{say('night.close.unpaid')}</dt>
      <dd>{closing.unpaid}</dd>
      <dt>{say('night.close.paidOut')}</dt>
      <dd>{text(closing.paidOutMinor)}</dd>
      <dt>{say('drawer')}</dt>
      <dd>{text(closing.drawerMinor)}</dd>
      <dt>{say('night.close.difference')}</dt>
      <dd>{differenceMinor === null ? say('night.close.notCounted') : text(differenceMinor)}</dd>
      <dt>{say('held')}</dt>
      <dd>{closing.unitsLeft}</dd>
    </dl>
  )
}

function CloseButton({ till }: { readonly till: Till }) {
  const isSigning = useSignal(false)
  const refusal = useSignal<string | null>(null)
  const close = async (_steward: Operator) => {
    isSigning.value = false
    const answer = await closeForTheNight(till)
    refusal.value = answer.status === 'rejected' ? answer.rejection.code : null
  }
  return (
    <section class="screen-only">
      <h2>{say('night.close.last')}</h2>
      <p>{say('night.close.text')}</p>
      {refusal.value === null
        ? null
        : <p class="bad" role="alert">{say('order.remedyRefused', { code: refusal.value })}</p>}
      {isSigning.value
        ? <StewardPin till={till} isAsking onSteward={(who) => void close(who)} />
        : (
          <button class="main" type="button" onClick={() => { isSigning.value = true }}>
            {say('night.close.button')}
          </button>
        )}
    </section>
  )
}
