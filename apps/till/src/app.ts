import { computed, effect, signal } from '@preact/signals'
import type { Currency, Operator } from '@nightmarket/kernel'
import { readClocks } from '@nightmarket/stall/browser'
import { StorageFault } from '@nightmarket/storage'
import { openBrowserDevice, type BrowserDevice } from '@nightmarket/storage/browser'
import { moneyText } from '@nightmarket/ui'
import { standingOf, tilesOf, type Tile } from '@nightmarket/ui/till'

import { enrolmentCodeOf, parseEnrolment, type Enrolment } from './enrolment.ts'
import { rememberedStatus } from './heard.ts'
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

/** The whole screen. */
export const stage = signal<Stage>({ at: 'opening' })
/** Who is signed in. */
export const operator = signal<Operator | null>(null)
/** A new version that waits to be changed to. */
export const waitingWorker = signal<ServiceWorker | null>(null)

/** Rises with everything that may have changed what is on the screen. */
const beat = signal(0)
/** Look again: something may have changed. */
export function look(): void {
  beat.value += 1
}
/** The stall's state is not a signal: whoever reads it heeds the beat. */
export function heed(): number {
  return beat.value
}

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

/** The currency of what is sold here. A till with a cart has a release. */
export function currencyHere(): Currency {
  const currency = till.value?.stall.state.active?.index.release.currency
  if (currency === undefined) throw new Error('a till that sells has a release')
  return currency
}

/** A sum in the currency of what is sold here, as people write it. */
export function amountText(amountMinor: number): string {
  return moneyText({ amountMinor, currency: currencyHere() }, locale())
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
