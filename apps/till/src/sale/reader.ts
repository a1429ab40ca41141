import { signal } from '@preact/signals'
import { createSandboxReader, type CardReader } from '@nightmarket/payments/reader'

import { standing } from '../app.ts'

const READER_KEY = 'nightmarket reader'

/** The card reader of this till; `none` until somebody has chosen one. */
export const readerName = signal(localStorage.getItem(READER_KEY) ?? 'none')

/** What is held to the practice reader. */
export const PRACTICE_CARDS = ['visa', 'chargeDeclined', 'none'] as const

/** A card that pays, one that its bank declines, or none: then whoever waits has to cancel. */
export const practiceCard = signal<(typeof PRACTICE_CARDS)[number]>('visa')

const practice = createSandboxReader()

/** A reader to which nobody holds a card. */
const waiting: CardReader = {
  name: 'sandbox',
  authorize: (_, signal) =>
    new Promise((resolve) => {
      const answer = { status: 'unavailable', reason: 'canceled' } as const
      signal?.addEventListener('abort', () => resolve(answer))
    }),
}

/**
 * The readers that this till knows, by name. A vendor's reader is one more row: its SDK behind the
 * port. The practice reader takes no money: the sandbox of the processor knows its references.
 */
const READERS: Readonly<Record<string, () => CardReader>> = {
  practice() {
    if (practiceCard.value === 'none') return waiting
    practice.isOnline = standing.value?.isOffline !== true
    practice.card = practiceCard.value
    return practice
  },
}

/** Names of the readers that can be chosen. */
export const READER_NAMES: readonly string[] = ['none', ...Object.keys(READERS)]

/** Use another reader from now on. */
export function chooseReader(name: string): void {
  localStorage.setItem(READER_KEY, name)
  readerName.value = name
}

/** The reader to hold a card to, or `null` where there is none. */
export function readerHere(): CardReader | null {
  return READERS[readerName.value]?.() ?? null
}
