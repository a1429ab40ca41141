/** One change of behaviour in one place of production code, made in memory while it is loaded. */
export interface Mutant {
  readonly name: string
  /** Below the checkout's `packages/`. */
  readonly file: string
  /** Stands in the file exactly once. */
  readonly find: string
  readonly replace: string
}

/** What became of a mutant: the invariant that found it and the seed, or nothing after so many. */
export interface Verdict {
  readonly name: string
  readonly killedBy: string | null
  readonly seed: number
  readonly text: string
}
