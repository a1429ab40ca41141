import { paidOutMinor, type PaymentMethod, type StallState } from '@nightmarket/kernel'

/** Sales that were paid one way. */
export interface MethodSum {
  readonly method: PaymentMethod
  readonly sales: number
  readonly totalMinor: number
}

/** What an evening at this till came to. */
export interface Closing {
  readonly sales: number
  readonly totalMinor: number
  readonly byMethod: readonly MethodSum[]
  /** Sales without their money: in rescue, given up, void. */
  readonly unpaid: number
  /** Cash that was handed back to buyers. */
  readonly paidOutMinor: number
  readonly drawerMinor: number
  /** The last count of the drawer: what was there, less what should have been. */
  readonly differenceMinor: number | null
  readonly unitsLeft: number
  /** Sales that need somebody before the night is over. */
  readonly rescues: number
}

/** Sum an evening up, from this till's journal alone. [TV29] */
export function closingOf(state: StallState): Closing {
  const sums = new Map<PaymentMethod, MethodSum>()
  let [totalMinor, unpaid, rescues, backMinor] = [0, 0, 0, 0]
  for (const record of state.orders.values()) {
    backMinor += paidOutMinor(state, record)
    if (record.state === 'rescue') rescues += 1
    if (WITHOUT_MONEY.has(record.state)) {
      unpaid += 1
      continue
    }
    const { method } = record.payment
    const sum = sums.get(method) ?? { method, sales: 0, totalMinor: 0 }
    const sumMinor = sum.totalMinor + record.order.totalMinor
    sums.set(method, { method, sales: sum.sales + 1, totalMinor: sumMinor })
    totalMinor += record.order.totalMinor
  }
  const { lastCount, expectedMinor } = state.drawer
  return {
    sales: state.orders.size,
    totalMinor,
    byMethod: [...sums.values()],
    unpaid,
    rescues,
    paidOutMinor: backMinor,
    drawerMinor: expectedMinor,
    differenceMinor: lastCount === null ? null : lastCount.amountMinor - lastCount.expectedMinor,
    unitsLeft: [...state.pools.values()].reduce((sum, pool) => sum + pool.unsold + pool.held, 0),
  }
}

const WITHOUT_MONEY: ReadonlySet<string> = new Set(['rescue', 'released', 'voided'])
