import type { BalanceTransactionObject } from './object.ts'
import type { SandboxState } from './state.ts'

/** Book a movement of the sandbox's balance. */
export function bookBalance(
  state: SandboxState,
  entry: Pick<BalanceTransactionObject, 'amount' | 'currency' | 'fee' | 'source' | 'type'>,
): BalanceTransactionObject {
  const booked: BalanceTransactionObject = {
    ...entry,
    id: state.nextId('txn'),
    object: 'balance_transaction',
    created: state.nowSeconds(),
    exchange_rate: null,
    net: entry.amount - entry.fee,
    status: 'pending',
  }
  state.balance.put(booked)
  return booked
}
