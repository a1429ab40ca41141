import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Currency, OrderId } from '@nightmarket/kernel'
import { BUYER_PATHS } from '@nightmarket/sync'
import { moneyText } from '@nightmarket/ui'
import type { OrderAid } from '@nightmarket/ui'
import type { Verdict } from '@nightmarket/ui/till'

import { askCore } from '../ask-core.ts'
import type { Till } from '../till.ts'
import { locale, say, timeText } from '../words/words.ts'
import { QrCode } from './qr-code.tsx'

/** Verdicts about which only the books know more: how long a rescue lasts, a voucher's code. */
const ASKED: ReadonlySet<Verdict> = new Set(['rescue', 'vouchered', 'given_up'])

interface OrderAidProps {
  readonly till: Till
  readonly orderId: OrderId
  readonly verdict: Verdict
  readonly currency: Currency
}

/**
 * What the buyer of a sale that went wrong may count on, asked of the books while it is on the
 * screen: the code of a voucher is money, and is kept nowhere here.
 */
export function OrderAidFacts({ till, orderId, verdict, currency }: OrderAidProps) {
  const aid = useSignal<OrderAid | null>(null)
  useEffect(() => {
    aid.value = null
    if (!ASKED.has(verdict)) return
    void askCore(till, BUYER_PATHS.aid, { orderId }).then((answer) => {
      // The answer is from our own origin and of one build with this page.
      if (answer.status === 'answered') aid.value = answer.value as OrderAid
    })
  }, [orderId, verdict])
  const { rescueUntilMs = null, voucher = null } = aid.value ?? {}
  return (
    <>
      {rescueUntilMs === null
        ? null
        : <p>{say('order.rescueUntil', { time: timeText(rescueUntilMs) })}</p>}
      {voucher === null ? null : (
        <figure class="slip own">
          <QrCode text={voucher.code} label={say('order.voucherCode')} />
          <figcaption>
            <strong class="code">{voucher.code}</strong>
            <span>
              {say('order.voucherFor', {
                amount: moneyText({ amountMinor: voucher.remainingMinor, currency }, locale()),
                time: timeText(voucher.expiresAtMs),
              })}
            </span>
          </figcaption>
        </figure>
      )}
    </>
  )
}
