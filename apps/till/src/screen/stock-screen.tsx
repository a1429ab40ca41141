import { useSignal } from '@preact/signals'
import type { ItemId, Operator } from '@nightmarket/kernel'
import { TILL_PATHS } from '@nightmarket/sync'
import {
  manifestOf,
  parseCount,
  reconcile,
  type BookedHoldings,
  type ManifestLine,
  type ReconciledLine,
} from '@nightmarket/ui/till'

import { askCore } from '../ask-core.ts'
import { standing } from '../app.ts'
import { goTo } from '../place.ts'
import { countGoods } from '../stock/stock-command.ts'
import type { Till } from '../till.ts'
import { say } from '../words/words.ts'
import { StewardPin } from './steward-pin.tsx'

/** What this till holds: against the books before doors, and against what lies there, any time. */
export function StockScreen({ till }: { readonly till: Till }) {
  // The standing rises with everything that is written: what is held follows it.
  const lines = standing.value === null ? [] : manifestOf(till.stall.state)
  return (
    <main class="page stock">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say('goods.stock.title')}</h1>
      {lines.length === 0 ? <p>{say('goods.stock.nothing')}</p> : null}
      <BooksCheck till={till} />
      {lines.length === 0 ? null : <CountForm till={till} lines={lines} />}
    </main>
  )
}

type Checked = readonly ReconciledLine[] | 'news' | 'unreachable' | null

/** Before doors: what the books say is here, beside what this till says, in words. */
function BooksCheck({ till }: { readonly till: Till }) {
  const checked = useSignal<Checked>(null)
  const check = async () => {
    const answer = await askCore(till, TILL_PATHS.holdings)
    // The answer is from our own origin and of one build with this page.
    checked.value = answer.status === 'answered'
      ? reconcile(till.stall.state, answer.value as BookedHoldings) ?? 'news'
      : 'unreachable'
  }
  return (
    <section aria-live="polite">
      <button type="button" onClick={() => void check()}>{say('goods.stock.check')}</button>
      <CheckedLines checked={checked.value} />
    </section>
  )
}

function CheckedLines({ checked }: { readonly checked: Checked }) {
  if (checked === null) return null
  if (checked === 'news') return <p>{say('goods.stock.news')}</p>
  if (checked === 'unreachable') return <p class="bad">{say('goods.stock.unreachable')}</p>
  const off = checked.filter(({ here, booked }) => here !== booked)
  if (off.length === 0) return <p class="good">{say('goods.stock.agrees')}</p>
  return (
    <ul class="facts">
      {off.map(({ itemId, title, here, booked }) => (
        <li key={itemId} class="bad">
          {say(here < booked ? 'goods.stock.fewer' : 'goods.stock.more', {
            title,
            here,
            booked,
            count: Math.abs(here - booked),
          })}
        </li>
      ))}
    </ul>
  )
}

interface CountProps {
  readonly till: Till
  readonly lines: readonly ManifestLine[]
}

/** What lies there, as somebody counts it; each difference is said at once and goes on record. */
function CountForm({ till, lines }: CountProps) {
  const typed = useSignal<ReadonlyMap<ItemId, string>>(new Map())
  const isSigning = useSignal(false)
  const outcome = useSignal<string | null>(null)
  const counted = new Map<ItemId, number>()
  for (const [itemId, text] of typed.value) {
    const quantity = parseCount(text)
    if (quantity !== null) counted.set(itemId, quantity)
  }
  const record = async (who: Operator) => {
    isSigning.value = false
    const answer = await countGoods(till, counted, who.operatorId, say('goods.stock.why'))
    outcome.value = answer.status === 'rejected'
      ? say('order.remedyRefused', { code: answer.rejection.code })
      : say('goods.stock.counted', { count: counted.size })
    if (answer.status !== 'rejected') typed.value = new Map()
  }
  return (
    <section>
      <h2>{say('goods.stock.count')}</h2>
      <form onSubmit={(event) => { event.preventDefault(); isSigning.value = true }}>
        <ul class="counts">
          {lines.map((line) => (
            <CountLine
              key={line.itemId}
              line={line}
              text={typed.value.get(line.itemId) ?? ''}
              onType={(text) => { typed.value = new Map(typed.value).set(line.itemId, text) }}
            />
          ))}
        </ul>
        <p aria-live="polite">{outcome.value}</p>
        {isSigning.value ? null : (
          <button class="main" type="submit" disabled={counted.size === 0}>
            {say('goods.stock.record')}
          </button>
        )}
      </form>
      {isSigning.value ? <StewardPin till={till} onSteward={(who) => void record(who)} /> : null}
    </section>
  )
}

interface CountLineProps {
  readonly line: ManifestLine
  readonly text: string
  readonly onType: (text: string) => void
}

function CountLine({ line, text, onType }: CountLineProps) {
  const { title, here, sold, handedOn, returned } = line
  const quantity = parseCount(text)
  const by = quantity === null ? 0 : quantity - here
  return (
    <li>
      <label>
        <b>{title}</b>
        <small>{say('goods.stock.line', { here, sold, handedOn, returned })}</small>
        <input
          inputMode="numeric"
          autocomplete="off"
          placeholder={String(here)}
          value={text}
          onInput={(event) => onType(event.currentTarget.value)}
        />
      </label>
      <span class={by === 0 ? 'good' : 'bad'} role="status">
        {quantity === null ? '' : differenceText(by)}
      </span>
    </li>
  )
}

function differenceText(by: number): string {
  if (by === 0) return say('goods.stock.same')
  return say(by < 0 ? 'goods.stock.missing' : 'goods.stock.over', { count: Math.abs(by) })
}
