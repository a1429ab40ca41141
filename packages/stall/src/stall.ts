import type {
  Checkpoint,
  Demand,
  Digest,
  JournalHead,
  Moment,
  NodeCertificate,
  NotSelling,
  OrderId,
  Receipt,
  SealedEntry,
  Slip,
  StallAnswer,
  StallCommand,
  StallState,
  TransferId,
} from '@nightmarket/kernel'
import type { JournalStore } from '@nightmarket/storage'

/** Who a stall is: its place in the market and the key it signs with. */
export interface StallIdentity {
  readonly certificate: NodeCertificate
  /**
   * Ed25519 over the message, base64. The key itself stays in the host. A browser's WebCrypto signs
   * asynchronously, `node:crypto` at once: either will do.
   */
  readonly sign: (message: Uint8Array) => string | Promise<string>
}

/** What a stall runs on. Web-standard: the host brings the store, the clock and the key. */
export interface StallHost {
  readonly store: JournalStore
  readonly identity: StallIdentity
  readonly digest: Digest
  readonly now: () => Moment
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  readonly setTimer: (delayMs: number, work: () => void) => () => void
  /** Runs `work` once the events at hand were handled, so that one commit takes them all. */
  readonly defer: (work: () => void) => void
  /** Called once when this program is found to be wrong: the host must end the process. */
  readonly onDefect?: (error: unknown) => void
}

/**
 * A running stall: the single writer of one journal.
 *
 * Decides in memory, makes durable by group commit, then answers: `run` resolves when every fact
 * that the answer rests on is on disk. A journal that cannot be written stops the stall.
 */
export interface Stall extends AsyncDisposable {
  run(command: StallCommand): Promise<StallAnswer>
  /** The live state; may be ahead of the disk by the batch being written. Read only. */
  readonly state: StallState
  /** Where the durable journal ends. */
  readonly head: JournalHead
  /** Why it does not sell now, or `null`. */
  notSelling(): NotSelling | null
  /** Durable entries after a sequence, for the sync. */
  read(after: number, limit: number): Promise<readonly SealedEntry[]>
  /** Sign the journal up to `size` durable entries. Consistent with every earlier checkpoint. */
  checkpointAt(size: number): Checkpoint | Promise<Checkpoint>
  /** The proof of an accepted order; `null` for an order this stall did not accept. */
  receipt(orderId: OrderId): Promise<Receipt | null>
  /** The proof of units that were handed on; `null` for a transfer that this stall did not make. */
  slip(transferId: TransferId): Promise<Slip | null>
  /** What the stall has and wants, per pool. Resets the `sold` counters. */
  takeDemand(): readonly Demand[]
  /** Calls `listener` after each durable batch; the returned function ends it. */
  onDurable(listener: (head: JournalHead) => void): () => void
}
