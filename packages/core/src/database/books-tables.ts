import type { Generated, Insertable, Selectable } from 'kysely'

import type { CustomerTable, PasskeyChallengeTable } from './customer-tables.ts'
import type { ImageFileTable, ImageSourceTable } from './image-tables.ts'
import type {
  CashCountTable,
  OperatorTable,
  RestoredReceiptTable,
  StockCountTable,
  TillRequestTable,
  TransferTable,
} from './till-tables.ts'
import type { TipTable, WalletTable } from './wallet-tables.ts'

/**
 * The books as Kysely sees them: one interface per table of `migrations/`, same names.
 *
 * Numbers are whole: epoch milliseconds, minor units, counts, 0 or 1 for no or yes.
 */
export interface Books {
  market: MarketTable
  product: ProductTable
  variant: VariantTable
  item: ItemTable
  drop_pool: DropPoolTable
  lease: LeaseTable
  release: ReleaseTable
  activation: ActivationTable
  node: NodeTable
  retired_epoch: RetiredEpochTable
  enrolment: EnrolmentTable
  journal: JournalTable
  journal_fork: JournalForkTable
  feed: FeedTable
  sale_order: SaleOrderTable
  payment: PaymentTable
  refund: RefundTable
  voucher: VoucherTable
  ledger_entry: LedgerEntryTable
  posting: PostingTable
  charge: ChargeTable
  mismatch: MismatchTable
  processor_notice: ProcessorNoticeTable
  answered_request: AnsweredRequestTable
  migration: MigrationTable
  transfer: TransferTable
  operator: OperatorTable
  till_request: TillRequestTable
  cash_count: CashCountTable
  stock_count: StockCountTable
  restored_receipt: RestoredReceiptTable
  customer: CustomerTable
  passkey_challenge: PasskeyChallengeTable
  image_source: ImageSourceTable
  wallet: WalletTable
  tip: TipTable
  image_file: ImageFileTable
}

/** What a request that named itself was answered; `answer` is its JSON. */
export interface AnsweredRequestTable {
  request_id: string
  request_hash: string
  answer: string
  answered_at_ms: number
}

/** The one row that says whose books these are. */
export interface MarketTable {
  market_id: string
  public_key: string
  currency: string
  created_at_ms: number
}

/** A product as last imported; `content` is its JSON. */
export interface ProductTable {
  product_id: string
  position: number
  content: string
  content_hash: string
  updated_at_ms: number
}

/** A variant as last imported, for search and prices. */
export interface VariantTable {
  variant_id: string
  product_id: string
  position: number
  title: string
  sku: string | null
  barcode: string | null
  image_url: string | null
  price_minor: number
}

/** The stock account of one item. */
export interface ItemTable {
  item_id: string
  imported: number
  on_hand: number
  free: number
}

/** What one drop may lend of one item. */
export interface DropPoolTable {
  drop_id: string
  item_id: string
  opens_at_ms: number
  closes_at_ms: number
  sell_until_ms: number
  units: number | null
  out: Generated<number>
  is_exhausted: Generated<number>
}

/** Units lent to one node, and what became of them. */
export interface LeaseTable {
  lease_id: string
  node_id: string
  epoch: number
  drop_id: string
  item_id: string
  granted: number
  sold: Generated<number>
  returned: Generated<number>
  written_off: Generated<number>
  recalled: Generated<number>
  handed: Generated<number>
  sell_until_ms: number
  granted_at_ms: number
  queried_at_ms: number | null
  state: string
}

/** An immutable release by its content id. */
export interface ReleaseTable {
  release_id: string
  show_id: string
  content: string
  created_at_ms: number
}

/** Which release was made current under which number. */
export interface ActivationTable {
  number: number
  release_id: string
  reason: string
  activated_at_ms: number
}

/** A child and where its current epoch stands. */
export interface NodeTable {
  node_id: string
  kind: string
  name: string
  epoch: number
  public_key: string
  certificate: string
  state: string
  state_reason: string | null
  enrolled_at_ms: number
  seen_at_ms: number | null
  clock_skew_ms: number | null
  url: string | null
  demand: Generated<string>
  sequence: Generated<number>
  head_hash: string
  frontier: string
  checkpoint: string | null
  feed_head: Generated<number>
  feed_acknowledged: Generated<number>
  demand_at_ms: Generated<number>
  feed_skipped: Generated<number>
}

/** An epoch that ended. */
export interface RetiredEpochTable {
  node_id: string
  epoch: number
  public_key: string
  certificate: string
  sequence: number
  head_hash: string
  frontier: string
  checkpoint: string | null
  retired_at_ms: number
}

/** A one-time code, hashed. */
export interface EnrolmentTable {
  code_hash: string
  kind: string
  name: string
  node_id: string | null
  created_at_ms: number
  expires_at_ms: number
  used_at_ms: number | null
}

/** An entry as it was received. */
export interface JournalTable {
  node_id: string
  epoch: number
  sequence: number
  hash: string
  text: string
  received_at_ms: number
}

/** An entry of the other branch of a forked journal. */
export interface JournalForkTable {
  node_id: string
  epoch: number
  sequence: number
  hash: string
  text: string
  received_at_ms: number
}

/** A decision for one node. */
export interface FeedTable {
  node_id: string
  epoch: number
  position: number
  at_ms: number
  type: string
  body: string
}

/** A sale and where it stands. */
export interface SaleOrderTable {
  order_id: string
  node_id: string
  epoch: number
  sequence: number
  state: string
  version: Generated<number>
  buyer_id: string
  drop_id: string
  release_id: string
  release_number: number
  lines: string
  allocations: string
  total_minor: number
  currency: string
  method: string
  pay_key: string
  accepted_at_ms: number
  seen_at_ms: number
  deadline_at_ms: number | null
  is_contested: Generated<number>
  node_state: Generated<string>
  holds_units: Generated<number>
  node_pay_key: string | null
  fulfilled_at_ms: number | null
  reason: string | null
}

/** One payment by its key. */
export interface PaymentTable {
  pay_key: string
  order_id: string
  node_id: string
  epoch: number
  sequence: number
  method: string
  reference: string | null
  amount_minor: number
  currency: string
  state: string
  capture_at_once: number
  charge_id: string | null
  captured_minor: Generated<number>
  refunded_minor: Generated<number>
  disputed_minor: Generated<number>
  disputed_at_ms: number | null
  fee_minor: Generated<number>
  attempts: Generated<number>
  requested_at_ms: number
  next_at_ms: number | null
  claim: string | null
  claimed_until_ms: number | null
  decline_code: string | null
  is_wallet: Generated<number>
  capture_minor: number | null
}

/** One refund by its id. */
export interface RefundTable {
  refund_id: string
  pay_key: string
  order_id: string
  amount_minor: number
  currency: string
  reason: string
  state: string
  attempts: Generated<number>
  requested_at_ms: number
  next_at_ms: number | null
  claim: string | null
  claimed_until_ms: number | null
  processor_refund_id: string | null
}

/** A voucher by the hash of its code. */
export interface VoucherTable {
  voucher_hash: string
  amount_minor: number
  remaining_minor: number
  currency: string
  order_id: string | null
  issued_at_ms: number
  expires_at_ms: number
}

/** One balanced entry of the ledger. */
export interface LedgerEntryTable {
  entry_id: string
  kind: string
  order_id: string | null
  at_ms: number
}

/** One leg of a ledger entry. */
export interface PostingTable {
  entry_id: string
  position: number
  account: string
  amount_minor: number
  currency: string
}

/** A charge as the processor listed it. */
export interface ChargeTable {
  charge_id: string
  pay_key: string | null
  order_id: string | null
  origin: string | null
  state: string
  amount_minor: number
  captured_minor: number
  refunded_minor: number
  disputed_minor: number
  currency: string
  created_at_ms: number
  seen_at_ms: number
}

/** What the books and the world disagree about. */
export interface MismatchTable {
  mismatch_id: string
  kind: string
  subject: string
  order_id: string | null
  node_id: string | null
  detail: string
  owner: string
  action: string
  opened_at_ms: number
  deadline_at_ms: number
  closed_at_ms: number | null
  resolution: string | null
}

/** A webhook that was seen. */
export interface ProcessorNoticeTable {
  notice_id: string
  received_at_ms: number
}

/** A migration that was applied, and by which version. */
export interface MigrationTable {
  number: number
  name: string
  checksum: string
  version: string
  applied_at_ms: number
}

/** A row as it is read. */
export type Row<Table extends keyof Books> = Selectable<Books[Table]>

/** A row as it is written: columns with a default may be left out. */
export type NewRow<Table extends keyof Books> = Insertable<Books[Table]>
