/**
 * A stream of numbers that a seed decides alone: sfc32, seeded by a hash of a text.
 *
 * Each purpose takes a stream of its own by `fork`, so that leaving one fault out of a universe
 * does not deal other cards to the rest. [SM1]
 */
export interface Prng {
  /** From 0 up to but not 1. */
  next(): number
  /** A whole number from 0 up to but not `limit`. */
  below(limit: number): number
  /** A whole number from `low` to `high`, both included. */
  between(low: number, high: number): number
  chance(probability: number): boolean
  pick<T>(items: readonly T[]): T
  fork(purpose: string): Prng
}

/** Start a stream from a text. */
export function createPrng(seed: string): Prng {
  let [a, b, c, d] = scatter(seed)
  const step = (): number => {
    const sum = (a + b + d) | 0
    d = (d + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + sum
    c |= 0
    return sum >>> 0
  }
  for (let turn = 0; turn < 12; turn++) step()
  const prng: Prng = {
    next: () => step() / 0x1_0000_0000,
    below: (limit) => Math.floor(prng.next() * limit),
    between: (low, high) => low + prng.below(high - low + 1),
    chance: (probability) => prng.next() < probability,
    pick(items) {
      const item = items[prng.below(items.length)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
    fork: (purpose) => createPrng(`${seed}/${purpose}`),
  }
  return prng
}

/** FNV-1a with four offsets: enough to tell seeds apart. */
function scatter(text: string): [number, number, number, number] {
  const offsets = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35]
  const hashed = offsets.map((offset) => {
    let hash = offset
    for (let index = 0; index < text.length; index++) {
      hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193)
      hash ^= hash >>> 15
    }
    return hash | 0
  })
  return [hashed[0] ?? 1, hashed[1] ?? 2, hashed[2] ?? 3, hashed[3] ?? 4]
}
