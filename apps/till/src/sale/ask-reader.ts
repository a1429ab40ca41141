import type { ReaderAnswer, ReaderWish } from '@nightmarket/payments/reader'

import { readerHere } from './reader.ts'

/** What is said above the ways to pay: the name of a text, with a code in it. */
export interface PayNote {
  readonly text: string
  readonly code?: string
}

type CardAnswer =
  | { readonly reference: string; readonly isStored: boolean }
  | { readonly note: PayNote }

/** Hold a card to the reader of this till: its own reference, or what to say when it said no. */
export async function askReader(wish: ReaderWish, signal: AbortSignal): Promise<CardAnswer> {
  const reader = readerHere()
  if (reader === null) return { note: { text: 'pay.noReader' } }
  const answer = await reader.authorize(wish, signal).catch(whenReaderFailed)
  if (answer.status === 'declined') return { note: { text: 'pay.declined', code: answer.code } }
  return answer.status === 'authorized' ? answer : { note: { text: `pay.${answer.reason}` } }
}

/** A reader that broke is one that is not there; its maker's error is for whoever has a cable. */
function whenReaderFailed(error: unknown): ReaderAnswer {
  console.error(error)
  return { status: 'unavailable', reason: 'not_connected' }
}
