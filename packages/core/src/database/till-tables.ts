/** Units that moved from one node to another by a slip. */
export interface TransferTable {
  transfer_id: string
  lease_id: string
  from_node_id: string
  from_epoch: number
  to_node_id: string
  to_epoch: number
  drop_id: string
  item_id: string
  quantity: number
  giver_heard: number
  taker_heard: number
  booked_at_ms: number
}

/** Whoever works at a till. */
export interface OperatorTable {
  operator_id: string
  name: string
  role: string
  pin_salt: string
  pin_hash: string
  created_at_ms: number
  removed_at_ms: number | null
}

/** What an operator asked for, and what the core made of it. */
export interface TillRequestTable {
  node_id: string
  epoch: number
  request_id: string
  sequence: number
  order_id: string
  kind: string
  amount_minor: number | null
  is_paid_out: number
  operator_id: string
  why: string
  state: string
  reason: string | null
  made_at_ms: number
  seen_at_ms: number
}

/** Money in a drawer, as a person counted or moved it. */
export interface CashCountTable {
  node_id: string
  epoch: number
  sequence: number
  kind: string
  amount_minor: number
  expected_minor: number
  currency: string
  operator_id: string
  why: string
  counted_at_ms: number
}

/** Units of an item, as a person counted them at a node. */
export interface StockCountTable {
  node_id: string
  epoch: number
  sequence: number
  item_id: string
  quantity: number
  expected: number
  operator_id: string
  why: string
  counted_at_ms: number
}

/** A sale that was restored from its buyer's receipt. */
export interface RestoredReceiptTable {
  order_id: string
  node_id: string
  epoch: number
  sequence: number
  receipt: string
  restored_at_ms: number
}
