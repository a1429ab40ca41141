import { useSignal } from '@preact/signals'
import type { Operator } from '@nightmarket/kernel'
import { itemTitle } from '@nightmarket/ui/till'

import { CameraScanner } from '../camera/camera-scanner.tsx'
import { goTo } from '../place.ts'
import { codeToSlip, tillToCode } from '../stock/slip-code.ts'
import { checkSlip, refuseUnits, takeUnits, type CheckedSlip } from '../stock/stock-command.ts'
import type { Till } from '../till.ts'
import { say, timeText } from '../words/words.ts'
import { QrCode } from './qr-code.tsx'
import { StewardPin } from './steward-pin.tsx'

/** Units from another till: first this till's own code is shown, then the slip is taken. */
export function TakeSlipScreen({ till }: { readonly till: Till }) {
  const slip = useSignal<CheckedSlip | null>(null)
  const outcome = useSignal<string | null>(null)
  const read = (text: string) => {
    slip.value = checkSlip(till, codeToSlip(text))
    outcome.value = slip.value === null ? say('goods.take.notSlip') : null
  }
  return (
    <main class="page take">
      <button class="back" type="button" onClick={() => goTo({ at: 'till' })}>
        {say('navTill')}
      </button>
      <h1>{say('goods.take.title')}</h1>
      <p role="status">{outcome.value}</p>
      {slip.value === null
        ? <SlipReader till={till} onText={read} />
        : (
          <SlipOffer
            till={till}
            slip={slip.value}
            onEnd={(text) => {
              outcome.value = text
              slip.value = null
            }}
          />
        )}
    </main>
  )
}

interface ReaderProps {
  readonly till: Till
  readonly onText: (text: string) => void
}

function SlipReader({ till, onText }: ReaderProps) {
  const isScanning = useSignal(false)
  const code = tillToCode(till)
  return (
    <>
      <section>
        <h2>{say('goods.take.first')}</h2>
        <figure class="slip own">
          <QrCode text={code} label={say('goods.take.own')} />
          <figcaption class="code">{code}</figcaption>
        </figure>
      </section>
      <section>
        <h2>{say('goods.take.second')}</h2>
        <button class="main" type="button" onClick={() => { isScanning.value = true }}>
          {say('goods.take.scan')}
        </button>
        <form
          onSubmit={(event) => {
            event.preventDefault()
            const text = new FormData(event.currentTarget).get('slip')
            if (typeof text === 'string') onText(text)
          }}
        >
          <label>
            {say('goods.take.paste')}
            <textarea name="slip" rows={3} autocomplete="off" spellcheck={false} required />
          </label>
          <button type="submit">{say('goods.take.read')}</button>
        </form>
      </section>
      {isScanning.value ? (
        <CameraScanner
          title={say('goods.take.scan')}
          onCode={(text) => {
            onText(text)
            return null
          }}
          onClose={() => { isScanning.value = false }}
        />
      ) : null}
    </>
  )
}

interface OfferProps {
  readonly till: Till
  readonly slip: CheckedSlip
  readonly onEnd: (outcome: string) => void
}

/** What a slip brings, read off it and checked; taken or refused by somebody who stands for it. */
function SlipOffer({ till, slip, onEnd }: OfferProps) {
  const isRefusing = useSignal(false)
  const { handed, giverNodeId } = slip
  const title = itemTitle(till.stall.state.active?.index, handed.itemId)
  const what = { quantity: handed.quantity, title }
  const end = async (who: Operator) => {
    const answer = isRefusing.value
      ? await refuseUnits(till, slip)
      : await takeUnits(till, slip, who.operatorId)
    if (answer.status === 'rejected') onEnd(say(refusalKey(answer.rejection.code), what))
    else onEnd(say(isRefusing.value ? 'goods.take.refused' : 'goods.take.taken', what))
  }
  return (
    <section>
      <p class="sum">{handed.quantity} × {title}</p>
      <p>{say('goods.take.from', { from: giverNodeId, until: timeText(handed.sellUntilMs) })}</p>
      <label class="check">
        <input
          type="checkbox"
          checked={isRefusing.value}
          onChange={(event) => { isRefusing.value = event.currentTarget.checked }}
        />
        {say('goods.take.refuse')}
      </label>
      <StewardPin till={till} isAsking onSteward={(who) => void end(who)} />
    </section>
  )
}

const KNOWN = ['slip_foreign', 'slip_over', 'slip_refused', 'slip_taken', 'not_selling']

function refusalKey(code: string): string {
  return KNOWN.includes(code) ? `goods.take.${code}` : 'goods.take.notTaken'
}
