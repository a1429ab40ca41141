import { useComputed, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { renderSVG } from 'uqr'
import type { StallRejection } from '@nightmarket/kernel'
import { moneyText } from '@nightmarket/ui'
import { changeMinor, parseAmount, shortCode, tenderSuggestions } from '@nightmarket/ui/till'

import { counter, nextBuyer, sell, till } from '../app.ts'
import { receiptLink } from '../receipt-link.ts'
import type { Sale } from '../sell.ts'
import { locale, say } from '../words/words.ts'

function currencyHere() {
  const currency = till.value?.stall.state.active?.index.release.currency
  if (currency === undefined) throw new Error('a till with a cart has a release')
  return currency
}

/** What the buyer hands over: one tap on a likely sum, or any sum typed. */
export function CashScreen({ totalMinor }: { readonly totalMinor: number }) {
  const currency = currencyHere()
  const text = (amountMinor: number) => moneyText({ amountMinor, currency }, locale())
  const given = useSignal('')
  const amount = useComputed(() => parseAmount(given.value, currency))
  const change = amount.value === null ? null : changeMinor(totalMinor, amount.value)
  return (
    <>
      <h1>{say('cashTitle')}</h1>
      <p class="sum">{text(totalMinor)}</p>
      <div class="tenders">
        {tenderSuggestions(totalMinor, currency).map((each) => (
          <button key={each} class="main" type="button" onClick={() => void sell(each)}>
            {each === totalMinor ? say('cashExact') : text(each)}
          </button>
        ))}
      </div>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          if (amount.value !== null && change !== null) void sell(amount.value)
        }}
      >
        <label>
          {say('cashGiven')}
          <input
            name="given"
            inputMode="decimal"
            autocomplete="off"
            value={given.value}
            onInput={(event) => { given.value = event.currentTarget.value }}
          />
        </label>
        {change === null ? null : <p>{say('change', { amount: text(change) })}</p>}
        <button type="submit" disabled={change === null}>{say('sell')}</button>
      </form>
      <BackButton />
    </>
  )
}

function BackButton({ isMain = false }: { readonly isMain?: boolean }) {
  const back = () => {
    counter.value = { at: 'cart' }
  }
  return (
    <button class={isMain ? 'main' : undefined} type="button" onClick={back}>
      {say('back')}
    </button>
  )
}

/** Sold: the change first, then the receipt as a QR. */
export function SoldScreen({ sale, changeMinor: change }: SoldProps) {
  const currency = currencyHere()
  const amount = moneyText({ amountMinor: change, currency }, locale())
  return (
    <div class="sold" data-order={sale.orderId}>
      <h1>{say('sold')}</h1>
      <p class="sum">{say('change', { amount })}</p>
      <button class="main" type="button" onClick={nextBuyer}>{say('next')}</button>
      <ReceiptQr orderId={sale.orderId} />
    </div>
  )
}

interface SoldProps {
  readonly sale: Sale
  readonly changeMinor: number
}

/** A receipt that the buyer's own device takes off the screen. */
export function ReceiptQr({ orderId }: { readonly orderId: Sale['orderId'] }) {
  const link = useSignal<string | null>(null)
  useEffect(() => {
    void till.value?.stall.receipt(orderId).then(async (receipt) => {
      if (receipt !== null) link.value = await receiptLink(receipt)
    })
  }, [orderId])
  const code = shortCode(orderId)
  if (link.value === null) return <p class="code">{say('receiptCode', { code })}</p>
  const svg = renderSVG(link.value, { ecc: 'L', border: 2 })
  return (
    <figure class="slip">
      <a href={link.value} target="_blank" rel="noopener" aria-label={say('receiptQr')}>
        <img src={`data:image/svg+xml,${encodeURIComponent(svg)}`} alt={say('receiptQr')} />
      </a>
      <figcaption>
        <strong class="code">{say('receiptCode', { code })}</strong>
        <span>{say('receiptHint')}</span>
      </figcaption>
    </figure>
  )
}

const KNOWN = ['units_short', 'sold_out', 'customer_limit', 'quantity_over_limit', 'drop_closed']

/** Not sold, and why. Nothing was taken. */
export function RefusedScreen({ rejection }: { readonly rejection: StallRejection }) {
  const { code } = rejection
  const text =
    code === 'not_selling'
      ? say(`notSelling.${rejection.reason}`)
      : say(`refusal.${KNOWN.includes(code) ? code : 'other'}`, { code })
  return (
    <>
      <h1 class="bad">{text}</h1>
      <BackButton isMain />
    </>
  )
}
