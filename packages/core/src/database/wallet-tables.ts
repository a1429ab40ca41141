import type { Generated } from 'kysely'

/** An amount that a buyer keeps ready. */
export interface WalletTable {
  wallet_id: string
  node_id: string
  epoch: number
  sequence: number
  pay_key: string
  release_id: string
  buyer_id: string
  amount_minor: number
  drawn_minor: Generated<number>
  currency: string
  state: string
  spent_minor: number | null
  seen_at_ms: number
  settle_by_ms: number
}

/** A tip out of a wallet. */
export interface TipTable {
  tip_id: string
  node_id: string
  epoch: number
  sequence: number
  wallet_id: string
  amount_minor: number
  given_at_ms: number
}
