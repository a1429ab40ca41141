import { err, ok, type Result } from '../result.ts'

/**
 * Where an order stands. PROTOCOL §4's table, total: what is not in it does not happen.
 *
 * ```
 * accepted ──► deferred ──► authorized ──► captured ──► fulfilled
 *    │    └──► unknown ──────┘   ▲  │          │            │
 *    │            │              │  │          ▼            ▼
 *    └────────────┴──► rescue ◄──┴──┘     refund_due ◄──────┘
 *                        │ └─► captured        │
 *                        ▼                     ▼
 *                     released              refunded
 *
 * any state that had money, seen or not, but refunded ──► disputed
 * any state without money ──► voided (by the core)
 * ```
 */
export type OrderState =
  | 'accepted'
  | 'deferred'
  | 'unknown'
  | 'authorized'
  | 'captured'
  | 'fulfilled'
  | 'rescue'
  | 'released'
  | 'refund_due'
  | 'refunded'
  | 'disputed'
  | 'voided'

/** What can happen to an order. `fail` is a terminal decline, or units that were not there. */
export type OrderMove =
  | 'defer'
  | 'lose'
  | 'authorize'
  | 'capture'
  | 'fulfil'
  | 'fail'
  | 'release'
  | 'owe'
  | 'refund'
  | 'dispute'
  | 'void'

type Moves = Readonly<Partial<Record<OrderMove, OrderState>>>

/** The transition table. A move that is absent is refused. */
export const ORDER_TRANSITIONS = {
  accepted: {
    defer: 'deferred',
    lose: 'unknown',
    authorize: 'authorized',
    capture: 'captured',
    fail: 'rescue',
    void: 'voided',
  },
  deferred: {
    lose: 'unknown',
    authorize: 'authorized',
    capture: 'captured',
    fail: 'rescue',
    // The money came and was taken back before anybody looked.
    dispute: 'disputed',
    void: 'voided',
  },
  unknown: {
    authorize: 'authorized',
    capture: 'captured',
    fail: 'rescue',
    dispute: 'disputed',
    void: 'voided',
  },
  authorized: {
    lose: 'unknown',
    capture: 'captured',
    fail: 'rescue',
    dispute: 'disputed',
    void: 'voided',
  },
  captured: { fulfil: 'fulfilled', fail: 'rescue', owe: 'refund_due', dispute: 'disputed' },
  fulfilled: { owe: 'refund_due', dispute: 'disputed' },
  rescue: { capture: 'captured', release: 'released', owe: 'refund_due', dispute: 'disputed' },
  released: {},
  refund_due: { refund: 'refunded', dispute: 'disputed' },
  // Its units went to somebody else: a dispute that comes now is about money alone, and is shown.
  refunded: {},
  disputed: {},
  voided: {},
} as const satisfies Record<OrderState, Moves>

/** Whether the order may still change, so that somebody owes it an end. */
export const ORDER_IS_OPEN: Readonly<Record<OrderState, boolean>> = {
  accepted: true,
  deferred: true,
  unknown: true,
  authorized: true,
  captured: false,
  fulfilled: false,
  rescue: true,
  released: false,
  refund_due: true,
  refunded: false,
  disputed: false,
  voided: false,
}

/** Whether an order in this state has units that are its own. */
export const ORDER_KEEPS_UNITS: Readonly<Record<OrderState, boolean>> = {
  accepted: true,
  deferred: true,
  unknown: true,
  authorized: true,
  captured: true,
  fulfilled: true,
  rescue: true,
  released: false,
  refund_due: true,
  refunded: false,
  disputed: true,
  voided: false,
}

/** Decide where a move leads. Refused moves name the state, so that a caller can say why. */
export function moveOrder(
  state: OrderState,
  move: OrderMove,
): Result<OrderState, { readonly code: 'move_refused'; readonly state: OrderState }> {
  const moves: Moves = ORDER_TRANSITIONS[state]
  const next = moves[move]
  return next === undefined ? err({ code: 'move_refused', state }) : ok(next)
}
