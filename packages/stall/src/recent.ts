import type { Checkpoint, SealedEntry } from '@nightmarket/kernel'

/** How many of the newest entries and checkpoints stay in memory. A power of two. */
const RECENT_MAX = 8_192

/**
 * The end of the journal, kept in memory: receipts are asked for right after their sale, and the
 * uplink sends what was just written. Older ones are read from the store.
 */
export class Recent {
  readonly #entries: (SealedEntry | undefined)[] = []
  readonly #checkpoints: Checkpoint[] = []

  add(entries: readonly SealedEntry[], checkpoint: Checkpoint): void {
    for (const entry of entries) this.#entries[entry.sequence % RECENT_MAX] = entry
    this.#checkpoints.push(checkpoint)
    if (this.#checkpoints.length > 2 * RECENT_MAX) this.#checkpoints.splice(0, RECENT_MAX)
  }

  entry(sequence: number): SealedEntry | null {
    const entry = this.#entries[sequence % RECENT_MAX]
    return entry?.sequence === sequence ? entry : null
  }

  /** The entries after a sequence, up to `limit`, or `null` when the first is no longer here. */
  entriesAfter(after: number, last: number, limit: number): readonly SealedEntry[] | null {
    const until = Math.min(last, after + limit)
    const entries: SealedEntry[] = []
    for (let sequence = after + 1; sequence <= until; sequence++) {
      const entry = this.entry(sequence)
      if (entry === null) return null
      entries.push(entry)
    }
    return entries
  }

  /** A checkpoint that includes the sequence, the smallest one kept; `null` when none does. */
  checkpointCovering(sequence: number): Checkpoint | null {
    const checkpoints = this.#checkpoints
    let low = 0
    let high = checkpoints.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((checkpoints[middle]?.size ?? 0) >= sequence) high = middle
      else low = middle + 1
    }
    return checkpoints[low] ?? null
  }
}
