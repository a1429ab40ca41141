import { signal } from '@preact/signals'

/** Below this a tablet on its battery says so. */
const LOW_LEVEL = 0.15

/** How full the battery is, 0 to 1, when it is low and not being charged; `null` otherwise. */
export const batteryLow = signal<number | null>(null)

/** What Chromium tells of a battery. No other engine does: there nothing is said. */
interface Battery extends EventTarget {
  readonly level: number
  readonly charging: boolean
}

/** Watch the battery where the browser lets a page know of it. */
export async function watchBattery(): Promise<void> {
  const { getBattery } = navigator as unknown as { getBattery?: () => Promise<Battery> }
  if (getBattery === undefined) return
  const battery = await getBattery.call(navigator)
  const look = () => {
    const isLow = battery.level <= LOW_LEVEL && !battery.charging
    batteryLow.value = isLow ? battery.level : null
  }
  battery.addEventListener('levelchange', look)
  battery.addEventListener('chargingchange', look)
  look()
}
