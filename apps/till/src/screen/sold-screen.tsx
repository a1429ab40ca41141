import type { OrderState, StallRejection } from '@nightmarket/kernel'
import { methodOf, paymentStanding } from '@nightmarket/ui/till'

import { amountText } from '../app.ts'
import { backToCart, nextBuyer, soldState, type Counter } from '../sale/counter.ts'
import { say } from '../words/words.ts'
import { focusOnce } from './focus-once.ts'
import { ReceiptCard } from './receipt-card.tsx'

type At<Name extends Counter['at']> = Extract<Counter, { readonly at: Name }>

/** Sold: the change first, then what the money is worth by now, then the receipt. */
export function SoldScreen({ counter }: { readonly counter: At<'sold'> }) {
  const { sale, changeMinor } = counter
  return (
    <div class="sold" data-order={sale.orderId}>
      <h1>{say('sold')}</h1>
      {changeMinor === null
        ? <p class="sum">{amountText(sale.totalMinor)}</p>
        : <p class="sum">{say('change', { amount: amountText(changeMinor) })}</p>}
      <Standing counter={counter} known={soldState.value} />
      <button class="main" type="button" ref={focusOnce} onClick={nextBuyer}>{say('next')}</button>
      <ReceiptCard orderId={sale.orderId} />
    </div>
  )
}

interface StandingProps {
  readonly counter: At<'sold'>
  readonly known: OrderState | null
}

function Standing({ counter: { way, isStored }, known }: StandingProps) {
  const method = methodOf(way)
  const state = known ?? (method === 'cash' ? 'captured' : 'deferred')
  const standing = paymentStanding(method, state, isStored)
  const look = standing === 'refused' ? 'bad' : 'hint'
  return <p class={look} data-payment={standing}>{say(`pay.${standing}`)}</p>
}

const KNOWN: Readonly<Record<string, string>> = {
  units_short: 'refusal.units_short',
  sold_out: 'refusal.sold_out',
  customer_limit: 'refusal.customer_limit',
  quantity_over_limit: 'refusal.quantity_over_limit',
  drop_closed: 'refusal.drop_closed',
  token_expired: 'pay.tokenExpired',
  payment_not_deferrable: 'pay.deferrable',
}

/** Not sold, and why. Nothing was taken, or a reader said yes and it says so. */
export function RefusedScreen({ counter }: { readonly counter: At<'refused'> }) {
  const { rejection, isAuthorized, again } = counter
  return (
    <>
      <h1 class="bad">{refusalText(rejection)}</h1>
      <p>{isAuthorized ? say('pay.authorizedRefused') : say('pay.notTaken')}</p>
      {rejection.code === 'not_selling' || isAuthorized
        ? <button class="main" type="button" onClick={again}>{say('again')}</button>
        : null}
      <button type="button" ref={focusOnce} onClick={backToCart}>{say('back')}</button>
    </>
  )
}

function refusalText(rejection: StallRejection): string {
  const { code } = rejection
  if (code === 'not_selling') return say(`notSelling.${rejection.reason}`)
  return say(KNOWN[code] ?? 'refusal.other', { code })
}
