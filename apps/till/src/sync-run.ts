import { effect, signal } from '@preact/signals'

import { heard, standing } from './app.ts'

/** How long it stays on the screen that everything has arrived. */
const ARRIVED_MS = 10_000

/** Where the parent's copy stood when it was cut off; `null` once everything has arrived. */
export const cutOffAt = signal<number | null>(null)

/** When everything had arrived, epoch milliseconds. */
const arrivedAtMs = signal<number | null>(null)

effect(() => {
  const now = standing.value
  if (now === null) return
  if (now.isOffline) {
    cutOffAt.value ??= heard.peek().acknowledged
    arrivedAtMs.value = null
  } else if (now.unsyncedEntries === 0 && cutOffAt.peek() !== null) {
    const arrived = (arrivedAtMs.value ??= Date.now())
    if (Date.now() - arrived > ARRIVED_MS) cutOffAt.value = null
  }
})
