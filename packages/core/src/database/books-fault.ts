/**
 * The books' database failed. Thrown, not returned: only a shell may retry or stop.
 *
 * - `unreachable`: no answer; whether the last commit took effect is unknown, so repeat by id.
 * - `too_new`: a later version has changed the tables; the message names the version to use.
 * - `contended`: other writers won every attempt; nothing was written.
 * - `disk_full`: nothing was written and nothing will be until there is room.
 */
export class BooksFault extends Error {
  override readonly name = 'BooksFault'
  readonly code: 'unreachable' | 'too_new' | 'contended' | 'disk_full' | 'failed'
  constructor(code: BooksFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** What a driver's error means to a transaction: run it again, or give up with this fault. */
export type Verdict = 'again' | BooksFault['code'] | null

/** Tells what a driver's error means; `null` for an error that is not the driver's. */
export type ErrorClassifier = (error: unknown) => Verdict
