import { computed, signal } from '@preact/signals'
import {
  saleRefusal,
  type OrderState,
  type PaymentWish,
  type StallAnswer,
  type StallRejection,
} from '@nightmarket/kernel'
import { StallFault } from '@nightmarket/stall'
import { readClocks } from '@nightmarket/stall/browser'
import { StorageFault } from '@nightmarket/storage'
import {
  isUsedHere,
  methodOf,
  type PaymentWay,
  type Tile,
} from '@nightmarket/ui/till'

import { heed, look, operator, sales, till } from '../app.ts'
import { askReader, type PayNote } from './ask-reader.ts'
import { addToCart, clearCart, draftSale, tileOf } from './cart.ts'
import { readPaymentCode, type CodeWay } from './payment-code.ts'
import { readerHere } from './reader.ts'
import { commandOf, saleFor, type Sale } from './sale.ts'

/** Where the sale at hand stands: what lies beside the grid. */
export type Counter =
  | { readonly at: 'cart' }
  | { readonly at: 'paying'; readonly sale: Sale; readonly note: PayNote | null }
  | { readonly at: 'reader'; readonly sale: Sale; readonly ending: AbortController }
  | {
      readonly at: 'code'
      readonly sale: Sale
      readonly way: CodeWay
      readonly note: PayNote | null
      /** A voucher that was sold for here before, and is taken when it is entered once more. */
      readonly doubted: string | null
    }
  | {
      readonly at: 'refused'
      readonly rejection: StallRejection
      /** Whether a reader said yes to the card before the sale was refused. */
      readonly isAuthorized: boolean
      /** Asks for the same sale again. */
      readonly again: () => void
    }
  | ({ readonly at: 'sold'; readonly sale: Sale } & SoldFacts)

interface SoldFacts {
  readonly way: PaymentWay
  /** `null` where nothing is given back. */
  readonly changeMinor: number | null
  /** Whether the reader kept the payment and forwards it later. */
  readonly isStored: boolean
}

/** Where the sale at hand stands. */
export const counter = signal<Counter>({ at: 'cart' })

/** Why nothing but cash is taken for the sale at hand, or `null`. [O7] */
export const promiseRefusal = computed<StallRejection | null>(() => {
  heed()
  const at = counter.value
  return at.at === 'paying' ? rehearse(at.sale) : null
})

/**
 * Where the order that the screen says was sold stands by now. Its state and not its record: the
 * stall changes a record in place, which no signal would notice.
 */
export const soldState = computed<OrderState | null>(() => {
  const at = counter.value
  if (at.at !== 'sold') return null
  return sales.value.find(({ order }) => order.orderId === at.sale.orderId)?.state ?? null
})

/** Put a tile into the cart, unless a card is being held to the reader. */
export function chooseTile(tile: Tile): void {
  if (counter.value.at === 'reader') return
  counter.value = { at: 'cart' }
  addToCart(tile)
}

/** Put what a barcode names into the cart; `false` when nothing on sale has it. */
export function takeBarcode(code: string): boolean {
  const tile = tileOf(code)
  if (tile !== null) chooseTile(tile)
  return tile !== null
}

/** Ask how the buyer pays. The sale is named here, once, so that a second tap is the same sale. */
export function startPaying(): void {
  const sale = draftSale()
  if (sale !== null) counter.value = { at: 'paying', sale, note: null }
}

/** Back to the cart; nothing was taken. */
export function backToCart(): void {
  counter.value = { at: 'cart' }
}

/** The next buyer, with an empty cart. */
export function nextBuyer(): void {
  clearCart()
  counter.value = { at: 'cart' }
}

/** Sell for cash. */
export async function payInCash(tenderedMinor: number): Promise<void> {
  const at = counter.value
  if (at.at !== 'paying') return
  const changeMinor = tenderedMinor - at.sale.totalMinor
  const payment = { method: 'cash', reference: null, tenderedMinor } as const
  await place(at.sale, payment, { way: 'cash', changeMinor, isStored: false })
}

/**
 * Sell by card. Whether the sale can be is asked first, so that no card says yes to one that
 * cannot; then the reader is asked; then the sale is written, with the reader's own reference.
 */
export async function payByCard(): Promise<void> {
  const at = counter.value
  if (at.at !== 'paying') return
  const { sale } = at
  if (readerHere() === null) return returnWith(sale, { text: 'pay.noReader' })
  const refusal = rehearse(sale)
  if (refusal !== null) return refuse(refusal, () => returnWith(sale, null))
  const ending = new AbortController()
  counter.value = { at: 'reader', sale, ending }
  const currency = till.value?.stall.state.active?.index.release.currency ?? ''
  const wish = { payKey: sale.payKey, amountMinor: sale.totalMinor, currency }
  const answer = await askReader(wish, ending.signal)
  if ('note' in answer) return returnWith(sale, answer.note)
  const { reference, isStored } = answer
  await place(sale, { method: 'card', reference }, { way: 'card', changeMinor: null, isStored })
}

/** Ask the reader to stop. What it answers counts: a card may have said yes by now. */
export function cancelReader(): void {
  const at = counter.value
  if (at.at === 'reader') at.ending.abort()
}

/** Ask for the code of a voucher, or of a stored card. */
export function askForCode(way: CodeWay): void {
  const at = counter.value
  if (at.at === 'paying') {
    counter.value = { at: 'code', sale: at.sale, way, note: null, doubted: null }
  }
}

/** Back to the ways to pay. */
export function otherWay(): void {
  const at = counter.value
  if (at.at === 'code') returnWith(at.sale, null)
}

/** Sell for a code that the buyer has, after all that can be checked of it offline. */
export async function payByCode(text: string): Promise<void> {
  const at = counter.value
  const running = till.value
  if (at.at !== 'code' || running === null) return
  const { way } = at
  const read = readPaymentCode(way, text)
  if ('refusal' in read) {
    counter.value = { ...at, note: { text: `pay.${read.refusal}` } }
    return
  }
  const { reference } = read
  const isKnown = way === 'voucher' && isUsedHere(running.stall.state, reference)
  if (isKnown && at.doubted !== reference) {
    counter.value = { ...at, note: { text: 'pay.usedHere' }, doubted: reference }
    return
  }
  const payment = { method: methodOf(way), reference }
  await place(saleFor(at.sale, reference), payment, { way, changeMinor: null, isStored: false })
}

function returnWith(sale: Sale, note: PayNote | null): void {
  counter.value = { at: 'paying', sale, note }
}

function refuse(rejection: StallRejection, again: () => void, isAuthorized = false): void {
  counter.value = { at: 'refused', rejection, isAuthorized, again }
}

function rehearse(sale: Sale): StallRejection | null {
  const [running, who] = [till.value, operator.value]
  if (running === null || who === null) return null
  const command = commandOf(sale, { method: 'card', reference: null }, who.operatorId)
  return saleRefusal(running.stall.state, command, readClocks())
}

/** One tap is one sale: a second one before the disk has answered is not heard. */
const isPlacing = signal(false)

/** Sell, and show it once it is on disk. */
async function place(
  sale: Sale,
  payment: Omit<PaymentWish, 'payKey'>,
  sold: SoldFacts,
): Promise<void> {
  const [running, who] = [till.value, operator.value]
  if (running === null || who === null || isPlacing.value) return
  isPlacing.value = true
  const answer = await running.stall
    .run(commandOf(sale, payment, who.operatorId))
    .catch(whenNotWritten)
    .finally(() => {
      isPlacing.value = false
    })
  if (answer.status === 'rejected') {
    refuse(answer.rejection, () => void place(sale, payment, sold), sold.way === 'card')
  }
  if (answer.status === 'accepted') {
    counter.value = { at: 'sold', sale, ...sold }
    clearCart()
  }
  look()
}

/** A write that failed took the sale back: the same sale may be asked for again. */
function whenNotWritten(error: unknown): StallAnswer {
  if (!(error instanceof StorageFault || error instanceof StallFault)) throw error
  return { status: 'rejected', rejection: { code: 'not_selling', reason: 'storage' } }
}
