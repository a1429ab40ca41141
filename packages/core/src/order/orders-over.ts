import { ORDER_KEEPS_UNITS } from '@nightmarket/kernel'

/** The states in which an order keeps no units. */
export const ORDERS_OVER: readonly string[] = Object.entries(ORDER_KEEPS_UNITS)
  .filter(([, isKept]) => !isKept)
  .map(([state]) => state)
