import type { OrderState } from '@nightmarket/kernel'

import type { EdgeAnswer } from '../edge/ask-edge.ts'
import type { Standing, Wish } from './wish.ts'

/** What an edge says to an order, in the parts that matter here. */
export interface OrderSaid {
  readonly status?: string | number
  readonly code?: string
  readonly reason?: string
  readonly state?: OrderState | null
  readonly receipt?: object | null
  readonly position?: number
  readonly holdId?: string
  readonly expiresAtMs?: number
  readonly pending?: OrderSaid | null
}

/** Refusals of a promise, not of the wish: a fresh price is asked for, at most as dear. */
const STALE_PROMISE = new Set([
  'token_expired',
  'token_invalid',
  'token_foreign',
  'token_spent',
  'release_not_honoured',
])

/**
 * Fold an edge's answer into a wish. `null`: nothing was learnt, ask again.
 *
 * An order that was accepted stays accepted, whatever a later answer says.
 */
export function foldAnswer(wish: Wish, { status, body }: EdgeAnswer<OrderSaid>): Wish | null {
  if (status >= 500) return foldFault(wish, body)
  if (status >= 400) return foldRefusal(wish, body.code ?? 'unknown', body.reason)
  const said = body.pending ?? body
  const standing = standingOf(said)
  if (standing === null) return null
  if (wish.standing.is === 'ordered' && standing.is !== 'ordered') return null
  return { ...wish, standing, receipt: body.receipt ?? wish.receipt }
}

/**
 * An edge that says it does not sell has not sold, unless its disk failed: then only it can tell.
 * What it did not take is free to go to another edge.
 */
function foldFault(wish: Wish, { code, reason }: OrderSaid): Wish | null {
  const isUntouched = code === 'not_selling' && reason !== 'storage' && wish.standing.is === 'asked'
  if (!isUntouched || (wish.standing.is === 'asked' && wish.standing.holdId !== null)) return null
  return { ...wish, standing: { is: 'queued' }, token: null, wasSent: false }
}

function foldRefusal(wish: Wish, code: string, reason: string | undefined): Wish | null {
  const { standing } = wish
  if (standing.is === 'ordered') return null
  if (code === 'order_unknown') {
    return { ...wish, standing: { is: 'asked', holdId: null } }
  }
  const isOfHold = standing.is === 'asked' && standing.holdId !== null
  if (code === 'hold_over' || (isOfHold && code === 'hold_unknown')) {
    return { ...wish, standing: { is: 'over', reason: reason ?? 'expired' } }
  }
  if (STALE_PROMISE.has(code) && !isOfHold) {
    return { ...wish, standing: { is: 'queued' }, token: null, wasSent: false }
  }
  return { ...wish, standing: { is: 'refused', code } }
}

function standingOf(said: OrderSaid): Standing | null {
  const { status } = said
  switch (status) {
    case 'accepted':
      return { is: 'ordered', state: said.state ?? 'accepted' }
    case 'waiting':
      return { is: 'waiting', position: said.position ?? 1 }
    case 'held':
      return { is: 'held', holdId: said.holdId ?? '', expiresAtMs: said.expiresAtMs ?? 0 }
    case 'paying':
      return { is: 'paying' }
    case 'hold_ended':
    case 'ticket_ended':
      return { is: 'over', reason: said.reason ?? 'expired' }
    case undefined:
    default:
      return null
  }
}
