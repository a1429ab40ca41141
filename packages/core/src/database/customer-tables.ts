/** A buyer who is remembered. */
export interface CustomerTable {
  customer_id: string
  method_id: string
  label: string
  credential_id: string
  public_key: string
  sign_count: number
  origin: string
  processor_customer_id: string
  processor_method_id: string
  created_at_ms: number
}

/** What a passkey was asked to sign. */
export interface PasskeyChallengeTable {
  challenge: string
  purpose: string
  node_id: string
  origin: string
  order_id: string | null
  expires_at_ms: number
  used_at_ms: number | null
}
