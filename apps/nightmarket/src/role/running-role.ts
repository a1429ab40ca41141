/** A part of a market that listens. Closing it finishes what it is doing. */
export interface RunningRole extends AsyncDisposable {
  readonly port: number
  /** Without a slash at its end. */
  readonly url: string
}
