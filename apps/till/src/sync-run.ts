import { effect, signal } from '@preact/signals'

import { heard, standing } from './app.ts'

/** Where the parent's copy stood when it was cut off; `null` once everything has arrived. */
export const cutOffAt = signal<number | null>(null)

effect(() => {
  const now = standing.value
  if (now === null) return
  if (now.isOffline) cutOffAt.value ??= heard.peek().acknowledged
  else if (now.unsyncedEntries === 0) cutOffAt.value = null
})
