import { useSignal } from '@preact/signals'
import type { Operator } from '@nightmarket/kernel'
import { readClocks } from '@nightmarket/stall/browser'
import { handableOf, type HandableLine } from '@nightmarket/ui/till'

import { standing } from '../app.ts'
import { CameraScanner } from '../camera/camera-scanner.tsx'
import { goTo } from '../place.ts'
import { codeToTill, slipToCode, type TakingTill } from '../stock/slip-code.ts'
import {
  handUnits,
  returnEverything,
  wishToHand,
  type HandoverWish,
} from '../stock/stock-command.ts'
import type { Till } from '../till.ts'
import { say } from '../words/words.ts'
import { QrCode } from './qr-code.tsx'
import { StewardPin } from './steward-pin.tsx'

/** Units for another till, by a slip on the screen, with or without a network; or all back. */
export function HandOverScreen({ till }: { readonly till: Till }) {
  const wish = useSignal<HandoverWish | null>(null)
  const slipCode = useSignal<string | null>(null)
  const refusal = useSignal<string | null>(null)
  const hand = async (who: Operator) => {
    if (wish.value === null) return
    const slip = await handUnits(till, wish.value, who.operatorId)
    if ('code' in slip) refusal.value = slip.code
    else slipCode.value = slipToCode(slip)
    if ('code' in slip) wish.value = null
  }
  return (
    <main class="page hand">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say('goods.hand.title')}</h1>
      {refusal.value === null
        ? null
        : <p class="bad" role="alert">{say('order.remedyRefused', { code: refusal.value })}</p>}
      {wish.value === null
        ? <WishForm till={till} onWish={(wanted) => { wish.value = wanted }} />
        : <WishLine wish={wish.value} />}
      {wish.value !== null && slipCode.value === null
        ? <StewardPin till={till} onSteward={(who) => void hand(who)} />
        : null}
      {slipCode.value === null ? null : <SlipOnScreen code={slipCode.value} />}
    </main>
  )
}

function WishLine({ wish: { line, quantity, to } }: { readonly wish: HandoverWish }) {
  return <p class="sum">{quantity} × {line.title} → <span class="code">{to.nodeId}</span></p>
}

function SlipOnScreen({ code }: { readonly code: string }) {
  return (
    <section aria-live="polite">
      <p>{say('goods.hand.show')}</p>
      <figure class="slip">
        <QrCode text={code} label={say('goods.hand.slip')} />
        <figcaption>
          <label>
            {say('goods.hand.text')}
            <textarea readOnly rows={3} name="slip" value={code} />
          </label>
        </figcaption>
      </figure>
      <button class="main" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('goods.hand.done')}
      </button>
    </section>
  )
}

interface WishProps {
  readonly till: Till
  readonly onWish: (wish: HandoverWish) => void
}

function WishForm({ till, onWish }: WishProps) {
  const chosen = useSignal<HandableLine | null>(null)
  const quantity = useSignal(1)
  const to = useSignal<TakingTill | null>(null)
  const lines = standing.value === null ? [] : handableOf(till.stall.state, readClocks())
  const line = lines.find(({ itemId, dropId }) => {
    return itemId === chosen.value?.itemId && dropId === chosen.value.dropId
  })
  if (lines.length === 0) return <p>{say('goods.hand.nothing')}</p>
  const submit = () => {
    if (line !== undefined && to.value !== null) {
      onWish(wishToHand(line, Math.min(quantity.value, line.left), to.value))
    }
  }
  return (
    <section>
      <h2>{say('goods.hand.what')}</h2>
      <div class="chips" role="group" aria-label={say('goods.hand.what')}>
        {lines.map((each) => (
          <button
            key={`${each.dropId} ${each.itemId}`}
            type="button"
            aria-pressed={each === line}
            onClick={() => { chosen.value = each }}
          >
            {each.title} <small>{say('left', { count: each.left })}</small>
          </button>
        ))}
      </div>
      <label>
        {say('goods.hand.quantity')}
        <input
          name="quantity"
          type="number"
          min={1}
          max={line?.left ?? 1}
          value={quantity.value}
          onInput={(event) => { quantity.value = event.currentTarget.valueAsNumber || 1 }}
        />
      </label>
      <Taker to={to.value} onTaker={(taker) => { to.value = taker }} />
      <button
        class="main"
        type="button"
        disabled={line === undefined || to.value === null}
        onClick={submit}
      >
        {say('goods.hand.make')}
      </button>
      <ReturnAll till={till} />
    </section>
  )
}

interface TakerProps {
  readonly to: TakingTill | null
  readonly onTaker: (taker: TakingTill) => void
}

/** The till that takes the units: its code is scanned off its screen, or typed. */
function Taker({ to, onTaker }: TakerProps) {
  const isScanning = useSignal(false)
  const take = (text: string) => {
    const taker = codeToTill(text)
    if (taker === null) return say('goods.hand.notTill')
    onTaker(taker)
    return null
  }
  return (
    <fieldset>
      <legend>{say('goods.hand.to')}</legend>
      <p>{to === null ? say('goods.hand.toHint') : <b class="code">{to.nodeId}/{to.epoch}</b>}</p>
      <button type="button" onClick={() => { isScanning.value = true }}>
        {say('goods.hand.scan')}
      </button>
      {isScanning.value ? (
        <CameraScanner
          title={say('goods.hand.scan')}
          onCode={take}
          onClose={() => { isScanning.value = false }}
        />
      ) : null}
    </fieldset>
  )
}

/** Through the market: what is unsold goes back, and flows to where buyers are. */
function ReturnAll({ till }: { readonly till: Till }) {
  const isSigning = useSignal(false)
  const outcome = useSignal<string | null>(null)
  const give = async () => {
    isSigning.value = false
    const answer = await returnEverything(till)
    const isDone = answer.status !== 'rejected'
    outcome.value = isDone
      ? say('goods.hand.returned')
      : say('order.remedyRefused', { code: answer.rejection.code })
  }
  return (
    <fieldset>
      <legend>{say('goods.hand.back')}</legend>
      <p>{say('goods.hand.backText')}</p>
      <p aria-live="polite">{outcome.value}</p>
      {isSigning.value
        ? <StewardPin till={till} onSteward={() => void give()} />
        : (
          <button type="button" onClick={() => { isSigning.value = true }}>
            {say('goods.hand.backButton')}
          </button>
        )}
    </fieldset>
  )
}
