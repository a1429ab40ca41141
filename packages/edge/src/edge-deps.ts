import type { Digest, JournalHead, Moment, NotSelling, OrderId, Receipt } from '@nightmarket/kernel'
import type { Slip, StallAnswer, StallCommand, StallState, TransferId } from '@nightmarket/kernel'
import type { Log, Metrics } from '@nightmarket/http'
import type { UplinkStatus } from '@nightmarket/sync'

import type { LiveLimits } from './live/live-channel.ts'
import type { DecisionLog } from './offer/decision.ts'
import type { TokenMac } from './offer/offer-token.ts'
import type { MediaMoment } from './overlay/overlay-schema.ts'
import type { Sibling, StageFile, StageParts } from './page/stage-parts.ts'

/** What the edge's HTTP app needs of a running stall. */
export interface EdgeStall {
  run(command: StallCommand): Promise<StallAnswer>
  readonly state: StallState
  readonly head: JournalHead
  notSelling(): NotSelling | null
  receipt(orderId: OrderId): Promise<Receipt | null>
  slip(transferId: TransferId): Promise<Slip | null>
  onDurable(listener: (head: JournalHead) => void): () => void
}

/** What the app is made of. Web standards only: the host brings clocks, keys and randomness. */
export interface EdgeDeps {
  readonly version: string
  readonly stall: EdgeStall
  readonly now: () => Moment
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  readonly setTimer: (delayMs: number, work: () => void) => () => void
  /** A fresh random id, such as a UUID. */
  readonly newId: () => string
  readonly digest: Digest
  readonly mac: TokenMac
  /** SHA-256 of a voucher code in canonical form; `null` for what is no code. */
  readonly hashVoucher: (code: string) => string | null
  /** Whether an `Authorization` header is the operator's: only an operator takes cash. */
  readonly isOperator: (authorization: string | null) => boolean
  /** How this edge stands with the core; `null` for one without. */
  readonly uplink: () => UplinkStatus | null
  /**
   * Ask the core something for a till: path with query, as the till signed it, and what `fetch`
   * takes. Rejects when it is out of reach; `null` for an edge without a core.
   */
  readonly parent: ((path: string, init: RequestInit) => Promise<Response>) | null
  /**
   * Ask the core something for a buyer: the path, a JSON body, signed by this node. Rejects when it
   * is out of reach; absent for an edge without a core.
   */
  readonly signedCore?: (path: string, body: string, signal: AbortSignal) => Promise<Response>
  /** The other edges of this market, as far as is known. */
  readonly siblings?: () => readonly Sibling[]
  /** The viewer's pages; absent for an edge that is an interface only. */
  readonly stage?: StageParts
  /** The till's app, by the path below `/till/`. Absent: not built. */
  readonly till?: ReadonlyMap<string, StageFile>
  readonly log: Log
  readonly metrics: Metrics | null
  readonly onDefect: (error: unknown) => void
  /** Keeps how offers were decided; absent: they are not kept. */
  readonly decisions?: DecisionLog
  /** Which frame of the show is being made now; absent or `null`: there is no stream. */
  readonly mediaNow?: () => MediaMoment | null
  /** How many may listen at once; absent: as many as is usual. */
  readonly liveLimits?: LiveLimits
  /**
   * Who asks, for limits: of the connection's peer and its `X-Forwarded-For`. Absent: the peer.
   */
  readonly addressOf?: (peer: string, forwardedFor: string | null) => string
  /** Aborts when the server is closing, so that nobody is kept waiting. */
  readonly closing?: AbortSignal
}

/** The header in which a buyer's device names its viewer id. */
export const BUYER_HEADER = 'nightmarket-buyer'
