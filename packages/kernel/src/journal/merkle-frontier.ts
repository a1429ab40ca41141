import { assert } from '../assert.ts'
import { bytesToHex, hexToBytes } from './encoding.ts'
import type { Digest, Hash } from './entry.ts'
import { createNodeHasher, HASH_BYTES, type NodeHasher } from './hash.ts'

/** A frontier as plain data, for a database row: one hash per bit set in `size`, largest first. */
export interface FrontierState {
  readonly size: number
  readonly hashes: readonly Hash[]
}

/** The frontier of a tree without leaves. */
export const FRONTIER_EMPTY: FrontierState = { size: 0, hashes: [] }

/**
 * The right edge of an RFC 6962 tree: enough to follow a journal's roots without its leaves.
 *
 * A parent keeps one per child. It holds at most 53 hashes whatever the journal's length.
 *
 * - [MK3] A frontier has the root of the tree with the same leaves, also after its state was
 *   stored and taken up again.
 */
export class MerkleFrontier {
  readonly #digest: Digest
  readonly #hashNode: NodeHasher
  readonly #nodes: Uint8Array[]
  #size: number

  constructor(digest: Digest, state: FrontierState = FRONTIER_EMPTY) {
    assert(Number.isSafeInteger(state.size) && state.size >= 0, 'a size is a whole number')
    assert(state.hashes.length === bitCount(state.size), 'a frontier has one hash per bit')
    this.#digest = digest
    this.#hashNode = createNodeHasher(digest)
    this.#nodes = state.hashes.map(hexToBytes)
    assert(this.#nodes.every((node) => node.length === HASH_BYTES), 'a node has 32 bytes')
    this.#size = state.size
  }

  /** How many leaves were added. */
  get size(): number {
    return this.#size
  }

  /** Add the next leaf. Amortised one digest. */
  append(leafHash: Hash): void {
    let node: Uint8Array = hexToBytes(leafHash)
    assert(node.length === HASH_BYTES, 'a leaf is a SHA-256 digest')
    for (let rest = this.#size; rest % 2 === 1; rest = (rest - 1) / 2) {
      const left = this.#nodes.pop()
      assert(left !== undefined, 'a frontier has one hash per bit')
      node = this.#hashNode(left, node)
    }
    this.#nodes.push(node)
    this.#size += 1
  }

  /** The tree hash over all leaves so far. Of none: SHA-256 of nothing. */
  root(): Hash {
    const root = this.#nodes.reduceRight<Uint8Array | null>(
      (right, left) => (right === null ? left : this.#hashNode(left, right)),
      null,
    )
    return bytesToHex(root ?? this.#digest(new Uint8Array(0)))
  }

  /** The frontier as plain data, to be stored with what was applied up to `size`. */
  state(): FrontierState {
    return { size: this.#size, hashes: this.#nodes.map(bytesToHex) }
  }
}

function bitCount(size: number): number {
  let count = 0
  for (let rest = size; rest > 0; rest = Math.floor(rest / 2)) count += rest % 2
  return count
}
