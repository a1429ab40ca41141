import { assert } from '../assert.ts'
import type { CashCounted, StockCounted } from './count.ts'
import type { LeaseHanded } from './handover.ts'
import type { LeaseAccount, Pool, StallState } from './state.ts'
import { unsoldOf } from './state.ts'
import type { RequestDecided, RequestMade } from './till-request.ts'
import type { Moment } from './command.ts'

/** Fold units that were handed on: they leave this node's account for good. [L1, SL1] */
export function applyHanded(
  state: StallState,
  handed: LeaseHanded,
  lease: LeaseAccount,
  pool: Pool,
): void {
  assert(!state.handed.has(handed.transferId), 'a transfer is made once')
  assert(handed.quantity > 0 && handed.quantity <= unsoldOf(lease), 'only unsold units go on')
  lease.subleased += handed.quantity
  pool.unsold -= handed.quantity
  state.handed.set(handed.transferId, { handed, sequence: state.sequence })
}

/** Fold a request; cash that was handed back has left the drawer. */
export function applyRequest(state: StallState, request: RequestMade, moment: Moment): void {
  assert(!state.requests.has(request.requestId), 'a request is made once')
  const { sequence } = state
  if (request.isPaidOut) {
    const record = state.orders.get(request.orderId)
    assert(record !== undefined, 'cash is handed back for an order of this till')
    state.drawer.expectedMinor -= request.amountMinor ?? record.order.totalMinor
  }
  const { requestId } = request
  state.requests.set(requestId, { request, sequence, atMs: moment.atMs, verdict: null })
}

/** Fold the core's verdict on a request of this till. */
export function applyVerdict(state: StallState, verdict: RequestDecided): void {
  const record = state.requests.get(verdict.requestId)
  if (record !== undefined) record.verdict = verdict
}

/** Fold a count or a move of the drawer's money. */
export function applyCashCount(state: StallState, count: CashCounted): void {
  assert(!state.counts.has(count.countId), 'a count is made once')
  const { drawer } = state
  assert(count.expectedMinor === drawer.expectedMinor, 'a count stands beside what is expected')
  state.counts.add(count.countId)
  switch (count.kind) {
    case 'in':
      drawer.expectedMinor += count.amountMinor
      return
    case 'out':
      drawer.expectedMinor -= count.amountMinor
      return
    case 'opening':
    case 'count':
      drawer.expectedMinor = count.amountMinor
      drawer.lastCount = count
  }
}

/** Fold a count of units: on record, and nothing else. */
export function applyStockCount(state: StallState, { countId }: StockCounted): void {
  assert(!state.counts.has(countId), 'a count is made once')
  state.counts.add(countId)
}
