import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import {
  moveOrder,
  ORDER_IS_OPEN,
  ORDER_KEEPS_UNITS,
  ORDER_TRANSITIONS,
  type OrderMove,
  type OrderState,
} from './order-state.ts'

const STATES = Object.keys(ORDER_TRANSITIONS) as OrderState[]

test('[OS1] a move that the table does not name is refused, and says from which state', () => {
  deepEqual(moveOrder('released', 'capture'), {
    ok: false,
    error: { code: 'move_refused', state: 'released' },
  })
  deepEqual(moveOrder('accepted', 'defer'), { ok: true, value: 'deferred' })
})

test('[OS2] every order can end: from each open state a state leads on that is not open', () => {
  for (const state of STATES) {
    if (ORDER_IS_OPEN[state]) equal(canEnd(state, new Set()), true, state)
  }
})

test('[OS3] money is never forgotten: what was captured does not end without a refund', () => {
  const freeEnds = STATES.filter((state) => state === 'released' || state === 'voided')
  for (const move of ['release', 'void'] satisfies OrderMove[]) {
    equal(moveOrder('captured', move).ok, false)
    equal(moveOrder('fulfilled', move).ok, false)
    equal(moveOrder('refund_due', move).ok, false)
  }
  deepEqual(freeEnds.map((state) => ORDER_TRANSITIONS[state]), [{}, {}])
})

test('[OS4] units go on only from an order that is over', () => {
  const without = STATES.filter((state) => !ORDER_KEEPS_UNITS[state])
  deepEqual(without, ['released', 'refunded', 'voided'])
  deepEqual(without.filter((state) => ORDER_IS_OPEN[state]), [])
})

test('[O5] no move gives an order units that it had given back', () => {
  for (const [state, moves] of Object.entries(ORDER_TRANSITIONS)) {
    if (ORDER_KEEPS_UNITS[state as OrderState]) continue
    const after = Object.values(moves as Record<string, OrderState>)
    deepEqual(after.filter((next) => ORDER_KEEPS_UNITS[next]), [], state)
  }
})

function canEnd(state: OrderState, seen: Set<OrderState>): boolean {
  if (!ORDER_IS_OPEN[state]) return true
  if (seen.has(state)) return false
  seen.add(state)
  return Object.values(ORDER_TRANSITIONS[state]).some((next: OrderState) => canEnd(next, seen))
}
