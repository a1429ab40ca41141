import type { CardReader, ReaderAnswer, ReaderWish } from './card-reader.ts'

/** A reader that a test, a demo or a person without hardware can switch. */
export interface SandboxReader extends CardReader {
  /** The card that is held to it next: a name of the sandbox's test cards, such as `visa`. */
  card: string
  /** Whether it reaches its bank. */
  isOnline: boolean
  /** Whether it is connected to the till at all. */
  isConnected: boolean
}

/** What a sandbox reader stores at most without its network, minor units. */
export interface StoreLimits {
  readonly paymentMinorMax: number
  readonly sumMinorMax: number
}

const LIMITS: StoreLimits = { paymentMinorMax: 10_000, sumMinorMax: 100_000 }

/**
 * Make a sandbox reader. The sandbox processor takes its references like its test cards: with a
 * declining card the reader says yes while it is offline, and the bank says no when it hears of it.
 */
export function createSandboxReader(limits: StoreLimits = LIMITS): SandboxReader {
  const answers = new Map<string, ReaderAnswer>()
  let storedMinor = 0
  return {
    name: 'sandbox',
    card: 'visa',
    isOnline: true,
    isConnected: true,
    async authorize(wish) {
      const known = answers.get(wish.payKey)
      if (known !== undefined) return known
      const answer = answerTo(this, wish, limits, storedMinor)
      // What took no payment may be tried again, with the cable in or another card.
      if (answer.status === 'authorized') answers.set(wish.payKey, answer)
      if (answer.status === 'authorized' && answer.isStored) storedMinor += wish.amountMinor
      return answer
    },
  }
}

function answerTo(
  { card, isOnline, isConnected }: SandboxReader,
  { payKey, amountMinor }: ReaderWish,
  limits: StoreLimits,
  storedMinor: number,
): ReaderAnswer {
  if (!isConnected) return { status: 'unavailable', reason: 'not_connected' }
  const reference = `pm_reader_${card}_${payKey.replaceAll(/[^A-Za-z0-9]/g, '')}`
  if (isOnline) {
    const isDeclined = card.includes('Declined')
    if (isDeclined) return { status: 'declined', code: 'card_declined' }
    return { status: 'authorized', reference, isStored: false }
  }
  const isOver = amountMinor > limits.paymentMinorMax
  if (isOver) return { status: 'unavailable', reason: 'over_limit' }
  const isFull = storedMinor + amountMinor > limits.sumMinorMax
  if (isFull) return { status: 'unavailable', reason: 'store_full' }
  return { status: 'authorized', reference, isStored: true }
}
