import type {
  Checkpoint,
  Demand,
  FeedItem,
  Hash,
  NodeId,
  SealedEntry,
} from '@nightmarket/kernel'

/** Raise this when an old peer could misread a message. `protocol.test.ts` fails until you do. */
export const PROTOCOL_VERSION = 1

/** The most entries of one push. What is left follows. [S7] */
export const EXCHANGE_ENTRIES_MAX = 1_000
/**
 * The most bytes of JSON that the entries of one push, or the feed items of one answer, take
 * together: what is left follows. One that is larger goes alone. A parent takes messages of twice
 * this, and makes no release larger than this, so that everything fits. [S7]
 */
export const EXCHANGE_PAGE_BYTES_MAX = 4 * 1024 * 1024
/** The most feed items of one answer. What is left follows. [S7] */
export const EXCHANGE_FEED_ITEMS_MAX = 500

/**
 * One exchange, child to parent: the journal's next entries up, and where to read the feed from.
 * Idempotent: sending it again changes nothing and gets the same acknowledgement.
 */
export interface ExchangeRequest {
  readonly protocolVersion: number
  readonly nodeId: NodeId
  readonly epoch: number
  /** A contiguous run, oldest first; empty when there is nothing new. */
  readonly entries: readonly SealedEntry[]
  /** The hash before the first entry, or the head's when there are none. */
  readonly previousHash: Hash
  /** Signed for exactly the journal up to the last entry sent; `null` when none were. */
  readonly checkpoint: Checkpoint | null
  /** The last feed position that this child has journaled. */
  readonly feedAfter: number
  readonly demand: readonly Demand[]
  /** The child's wall clock, so that the parent can tell it how far it is off. */
  readonly atMs: number
}

/** What a parent answers. */
export type ExchangeResponse = ExchangeAck | ExchangeWant | ExchangeFork | ExchangeRefused

/** Durable at the parent up to `sequence`, and what the parent has decided since. [S4] */
export interface ExchangeAck {
  readonly status: 'ack'
  readonly sequence: number
  readonly hash: Hash
  /** The parent's Ed25519 over the checkpoint's note text, base64; `null` without a checkpoint. */
  readonly cosignature: string | null
  readonly parentTimeMs: number
  readonly feed: readonly FeedItem[]
  /** The newest feed position there is; greater than the last item sent when more is waiting. */
  readonly feedHead: number
}

/** The parent misses entries before the ones sent: send again from here. [S1] */
export interface ExchangeWant {
  readonly status: 'want'
  readonly sequence: number
  readonly parentTimeMs: number
}

/** Two hashes for one position: the child is quarantined and must stop selling. [I11] */
export interface ExchangeFork {
  readonly status: 'fork'
  readonly sequence: number
  readonly parentHash: Hash
  readonly childHash: Hash
}

/** The parent does not take journals from this child any more, or not in this form. */
export interface ExchangeRefused {
  readonly status: 'refused'
  readonly code:
    | 'node_unknown'
    | 'node_revoked'
    | 'node_quarantined'
    | 'epoch_retired'
    | 'protocol_version'
    | 'journal_invalid'
  readonly detail: string
}

/** How a child reaches its parent. Implementations: HTTP, in process, simulated. */
export interface ParentWire {
  exchange(request: ExchangeRequest, signal?: AbortSignal): Promise<ExchangeResponse>
  /** Resolves with the feed's head once it passes `after`, or after the parent's patience. */
  awaitFeed(after: number, signal?: AbortSignal): Promise<number>
}
