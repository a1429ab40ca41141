import type { BrowserContext, Page } from 'playwright-core'

/** What a test turns on a tablet: its battery, its clock, and what is plugged in. */
export interface Tablet {
  readonly battery: EventTarget & { level: number; charging: boolean }
  /** How wrong its clock is, milliseconds. */
  shiftMs: number
  printer: 'none' | 'ready' | 'out of paper'
}

/** Hardware that Chromium without a screen does not have: a battery, a clock to set, a printer. */
export async function plugInTablet(context: BrowserContext): Promise<void> {
  await context.addInitScript(makeTablet)
}

function makeTablet(): void {
  const battery = Object.assign(new EventTarget(), { level: 1, charging: true })
  const tablet: Tablet = { battery, shiftMs: 0, printer: 'none' }
  const now = Date.now.bind(Date)
  Date.now = () => now() + tablet.shiftMs
  const alternates = [
    { interfaceClass: 7, endpoints: [{ endpointNumber: 1, direction: 'out', type: 'bulk' }] },
  ]
  const device = {
    opened: false,
    configuration: { interfaces: [{ interfaceNumber: 0, claimed: false, alternates }] },
    open: async () => undefined,
    claimInterface: async () => undefined,
    transferOut: async (_: number, bytes: Uint8Array) => {
      if (tablet.printer !== 'ready') throw new DOMException('stalled', 'NetworkError')
      return { status: 'ok', bytesWritten: bytes.length }
    },
  }
  const usb = { requestDevice: async () => device, getDevices: async () => [] }
  Object.defineProperty(navigator, 'usb', { value: usb, configurable: true })
  Object.assign(navigator, { getBattery: async () => battery })
  Object.assign(globalThis, { tablet })
}

/** Turn something on the tablet. */
export function turn(page: Page, change: Partial<Omit<Tablet, 'battery'>>): Promise<void> {
  return page.evaluate((wanted) => {
    const { tablet } = globalThis as unknown as { tablet: Tablet }
    Object.assign(tablet, wanted)
  }, change)
}

/** Drain the battery, or plug the tablet in. */
export function drain(page: Page, level: number): Promise<void> {
  return page.evaluate((to) => {
    const { battery } = (globalThis as unknown as { tablet: Tablet }).tablet
    Object.assign(battery, { level: to, charging: to === 1 })
    battery.dispatchEvent(new Event('levelchange'))
  }, level)
}
