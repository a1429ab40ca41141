import type { ExchangeRefused } from './protocol.ts'

/** How a child stands with its parent, for readiness, metrics and people. Times in epoch ms. */
export interface UplinkStatus {
  readonly isConnected: boolean
  readonly connectedSinceMs: number | null
  /** Since when the parent was not reached, or refused; `null` while connected. */
  readonly offlineSinceMs: number | null
  /** The last entry that is durable at the parent. */
  readonly acknowledged: number
  /** The last entry whose decisions, as far as the parent has made them, were all read here. */
  readonly heardThrough: number
  /** Durable entries here that the parent has not acknowledged. */
  readonly unsynced: number
  /** The parent's wall clock minus this one, at the last contact. */
  readonly skewMs: number | null
  /** Why the parent does not take this child; `null` when it does. */
  readonly refused: ExchangeRefused['code'] | 'fork' | null
  readonly lastError: UplinkError | null
}

/** What went wrong last, and when. */
export interface UplinkError {
  readonly code: string
  readonly detail: string
  readonly atMs: number
}

/** What the uplink remembers of its contacts. */
export class UplinkRecord {
  #connectedSinceMs: number | null = null
  #offlineSinceMs: number | null
  #skewMs: number | null = null
  #refused: UplinkStatus['refused'] = null
  #lastError: UplinkError | null = null
  #failures = 0
  #heardThrough = 0

  constructor(atMs: number) {
    this.#offlineSinceMs = atMs
  }

  get isConnected(): boolean {
    return this.#connectedSinceMs !== null
  }

  get isRefused(): boolean {
    return this.#refused !== null
  }

  status(acknowledged: number, head: number): UplinkStatus {
    return {
      isConnected: this.isConnected,
      connectedSinceMs: this.#connectedSinceMs,
      offlineSinceMs: this.#offlineSinceMs,
      acknowledged,
      heardThrough: this.#heardThrough,
      unsynced: Math.max(0, head - acknowledged),
      skewMs: this.#skewMs,
      refused: this.#refused,
      lastError: this.#lastError,
    }
  }

  /** An exchange was acknowledged. Says whether that is news. */
  connected(atMs: number, skewMs: number): boolean {
    const isNews = !this.isConnected
    if (isNews) this.#connectedSinceMs = atMs
    this.#offlineSinceMs = null
    this.#refused = null
    this.#skewMs = skewMs
    this.#failures = 0
    return isNews
  }

  /** The feed was read to its end, as it was when the parent had this journal up to `sequence`. */
  heard(sequence: number): void {
    this.#heardThrough = sequence
  }

  /** An exchange failed. Says how many have since the last that did not. */
  failed(error: unknown, atMs: number): number {
    this.#lost(atMs)
    this.#lastError = { ...describeError(error), atMs }
    this.#failures += 1
    return this.#failures
  }

  /** The parent was reached and said no. Says whether that is news. */
  refused(code: NonNullable<UplinkStatus['refused']>, detail: string, atMs: number): boolean {
    const isNews = this.#refused !== code
    this.#lost(atMs)
    this.#refused = code
    this.#lastError = { code, detail, atMs }
    this.#failures = 0
    return isNews
  }

  #lost(atMs: number): void {
    this.#connectedSinceMs = null
    this.#offlineSinceMs ??= atMs
  }
}

function describeError(error: unknown): Pick<UplinkError, 'code' | 'detail'> {
  const detail = error instanceof Error ? error.message : String(error)
  const hasCode = error instanceof Error && 'code' in error && typeof error.code === 'string'
  return { code: hasCode ? String(error.code) : 'failed', detail }
}
