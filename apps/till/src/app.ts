import { computed, effect, signal } from '@preact/signals'
import type { Operator, StallAnswer, VariantId } from '@nightmarket/kernel'
import { StallFault } from '@nightmarket/stall'
import { readClocks } from '@nightmarket/stall/browser'
import { StorageFault } from '@nightmarket/storage'
import { openBrowserDevice, type BrowserDevice } from '@nightmarket/storage/browser'
import { standingOf, tilesOf, type Tile } from '@nightmarket/ui/till'

import { enrolmentCodeOf, parseEnrolment, type Enrolment } from './enrolment.ts'
import { rememberedStatus } from './heard.ts'
import { createSale, sellForCash, sumOf, totalOf, type Sale } from './sell.ts'
import { startTill, type Till } from './till.ts'
import { watchTill, type WatchedTill } from './watch.ts'
import { locale } from './words/words.ts'

/** What is on the whole screen. `trouble` is the code of a fault that stops the till. */
export type Stage =
  | { readonly at: 'opening' }
  | { readonly at: 'trouble'; readonly code: string }
  | { readonly at: 'enrol'; readonly device: BrowserDevice }
  | { readonly at: 'running'; readonly till: Till }
  /** Another tab sells: this one looks on, and takes over after it. */
  | { readonly at: 'watching'; readonly till: WatchedTill | null }

/** What lies over the grid while somebody pays. */
export type Counter =
  | { readonly at: 'cart' }
  | { readonly at: 'cash'; readonly sale: Sale; readonly totalMinor: number }
  | { readonly at: 'refused'; readonly answer: Extract<StallAnswer, { status: 'rejected' }> }
  | { readonly at: 'sold'; readonly sale: Sale; readonly changeMinor: number }

/** The whole screen. */
export const stage = signal<Stage>({ at: 'opening' })
/** Who is signed in. */
export const operator = signal<Operator | null>(null)
/** Where the sale at hand stands. */
export const counter = signal<Counter>({ at: 'cart' })
/** Variants in the cart, and how many. All are of one drop. */
export const cart = signal<ReadonlyMap<VariantId, number>>(new Map())
/** What is searched for. */
export const search = signal('')
/** A new version that waits to be changed to. */
export const waitingWorker = signal<ServiceWorker | null>(null)

/** Rises with everything that may have changed what is on the screen. */
const beat = signal(0)
const look = () => {
  beat.value += 1
}
/** The stall's state is not a signal: whoever reads it heeds the beat. */
const heed = () => beat.value

/** The till, once it runs. */
export const till = computed(() => (stage.value.at === 'running' ? stage.value.till : null))

/** What this tab sees of a till that another one sells with. */
export const watched = computed(() => {
  heed()
  return stage.value.at === 'watching' ? stage.value.till : null
})

/** What can be sold now. */
export const tiles = computed<readonly Tile[]>(() => {
  heed()
  const running = till.value
  return running === null ? [] : tilesOf(running.stall.state, readClocks(), locale())
})

const uplinkStatus = computed(() => {
  heed()
  return till.value === null ? null : rememberedStatus(till.value)
})

/** How this till stands with its parent. */
export const standing = computed(() => {
  const status = uplinkStatus.value
  if (till.value === null || status === null) return null
  return standingOf(till.value.stall.state, status, readClocks())
})

/** How far the books have this till's journal, and their answers to it were read. */
export const heard = computed(() => {
  const { acknowledged = 0, heardThrough = 0 } = uplinkStatus.value ?? {}
  return { acknowledged, heardThrough }
})

/** Why nothing sells now, or `null`. */
export const notSelling = computed(() => {
  heed()
  return till.value?.stall.notSelling() ?? null
})

/** Every sale of this till, newest first. */
export const sales = computed(() => {
  heed()
  return [...(till.value?.stall.state.orders.values() ?? [])].reverse()
})

/** What was asked of the core, by order. */
export const requests = computed(() => {
  heed()
  return [...(till.value?.stall.state.requests.values() ?? [])]
})

/** What the cart costs; `null` when its things cannot be sold together. */
export const totalMinor = computed(() => {
  heed()
  const running = till.value
  const sale = cartLines()
  if (running === null || sale === null) return null
  return totalOf(running.stall.state, sale.dropId, sale.lines)
})

/** The cart as a sale has it. */
export function cartLines() {
  const lines = [...cart.value].map(([variantId, quantity]) => ({ variantId, quantity }))
  const first = tiles.value.find(({ variantId }) => variantId === lines[0]?.variantId)
  return first === undefined ? null : { dropId: first.dropId, lines }
}

/** Put one more into the cart, within what is here and what one buyer gets. */
export function addToCart({ variantId, dropId, left, perCustomer }: Tile): void {
  const other = cartLines()
  const kept = other === null || other.dropId === dropId ? cart.value : new Map<VariantId, number>()
  const quantity = (kept.get(variantId) ?? 0) + 1
  if (quantity > Math.min(left, perCustomer ?? left)) return
  counter.value = { at: 'cart' }
  cart.value = new Map(kept).set(variantId, quantity)
}

/** Take one out of the cart. */
export function takeFromCart(variantId: VariantId): void {
  const quantity = (cart.value.get(variantId) ?? 0) - 1
  const next = new Map(cart.value)
  if (quantity > 0) next.set(variantId, quantity)
  else next.delete(variantId)
  cart.value = next
}

/** Begin anew with an empty cart. */
export function nextBuyer(): void {
  cart.value = new Map()
  counter.value = { at: 'cart' }
  search.value = ''
}

/** Ask for cash. The sale is named here, once, so that a second tap is the same sale. */
export function payInCash(): void {
  const wanted = cartLines()
  const running = till.value
  if (wanted === null || running === null) return
  const sale = createSale(running.stall.state, wanted.dropId, wanted.lines)
  if (sale === null) return
  counter.value = { at: 'cash', sale, totalMinor: sumOf(sale.lines, sale.token) }
}

/** One tap is one sale: a second one before the disk has answered is not heard. */
const isSelling = signal(false)

/** Sell, and show it once it is on disk. */
export async function sell(tenderedMinor: number): Promise<void> {
  const at = counter.value
  const running = till.value
  const who = operator.value
  if (at.at !== 'cash' || running === null || who === null || isSelling.value) return
  isSelling.value = true
  const answer = await sellForCash(running, at.sale, tenderedMinor, who.operatorId)
    .catch(whenNotWritten)
    .finally(() => {
      isSelling.value = false
    })
  if (answer.status === 'rejected') counter.value = { at: 'refused', answer }
  if (answer.status === 'accepted') {
    const changeMinor = tenderedMinor - answer.order.totalMinor
    counter.value = { at: 'sold', sale: at.sale, changeMinor }
    cart.value = new Map()
  }
  look()
}

/** A write that failed took the sale back: the same sale may be tapped again. */
function whenNotWritten(error: unknown): StallAnswer {
  if (!(error instanceof StorageFault || error instanceof StallFault)) throw error
  return { status: 'rejected', rejection: { code: 'not_selling', reason: 'storage' } }
}

/** Open this browser's till: it runs, or has to be enrolled, or says what is wrong. */
export async function openApp(): Promise<void> {
  try {
    const device = await openBrowserDevice('till')
    const enrolment = parseEnrolment(device.enrolment, device.publicKey)
    if (enrolment !== null) await run(device, enrolment)
    else stage.value = { at: 'enrol', device: await withoutEnrolment(device) }
  } catch (error) {
    if (error instanceof StorageFault && error.code === 'locked') await lookOn()
    else fail(error)
  }
}

/** Another tab has the till: look on until it has gone, then be the one that sells. */
async function lookOn(): Promise<void> {
  try {
    const seen = await watchTill('till', look)
    stage.value = { at: 'watching', till: seen }
    if (seen === null) return
    await seen.untilFree()
    location.reload()
  } catch (error) {
    fail(error)
  }
}

/** An enrolment that cannot be read names nobody who could go on: the device begins anew. */
async function withoutEnrolment(device: BrowserDevice): Promise<BrowserDevice> {
  return device.enrolment === null ? device : device.beginAnew()
}

/** Start selling as the node that the enrolment names. */
export async function run(device: BrowserDevice, enrolment: Enrolment): Promise<void> {
  try {
    const running = await startTill(device, enrolment, fail, look)
    if (isOver(running) && enrolmentCodeOf(location.href) !== null) {
      await running.uplink[Symbol.asyncDispose]()
      stage.value = { at: 'enrol', device: await device.beginAnew() }
      return
    }
    running.stall.onDurable(look)
    stage.value = { at: 'running', till: running }
    setInterval(look, 1_000)
  } catch (error) {
    fail(error)
  }
}

/** A till that may never sell again under its name; whoever brings it a code gives it a new one. */
function isOver({ stall }: Till): boolean {
  return ['revoked', 'quarantined', 'closed'].includes(stall.notSelling() ?? '')
}

function fail(error: unknown): void {
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string'
  stage.value = { at: 'trouble', code: hasCode ? String(error.code) : 'failed' }
  // The one place where a defect is told to whoever looks at the tablet with a cable.
  console.error(error)
}

/** Look and size, as this tablet was set. */
export const appearance = signal({
  look: localStorage.getItem('nightmarket look') ?? 'auto',
  size: localStorage.getItem('nightmarket size') ?? 'normal',
})

effect(() => {
  const { look: name, size } = appearance.value
  localStorage.setItem('nightmarket look', name)
  localStorage.setItem('nightmarket size', size)
  document.documentElement.dataset['look'] = name
  document.documentElement.dataset['size'] = size
})
