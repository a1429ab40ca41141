import { assert } from '../assert.ts'
import { bytesToHex } from './encoding.ts'
import type { Digest, Hash } from './entry.ts'
import { createNodeHasher, HASH_BYTES, type NodeHasher } from './hash.ts'

/**
 * An RFC 6962 Merkle tree that only grows, kept whole so that any receipt can be cut from it.
 *
 * Leaves are entry hashes, taken as they are: an entry's hash is its leaf hash. Every complete
 * subtree is kept in one flat array per level, which is 64 bytes an entry and half of that again
 * while a level has room to grow. Roots and paths hash nothing but the ragged right edge, and
 * that once per size.
 *
 * - [MK1] The root of a tree is RFC 6962's, for every size up to its own.
 * - [MK2] Inclusion and consistency paths are RFC 9162's, and verify.
 */
export class MerkleTree {
  readonly #digest: Digest
  readonly #hashNode: NodeHasher
  readonly #levels: Level[] = [new Level()]
  #edge: { readonly size: number; readonly nodes: readonly (Uint8Array | null)[] }

  constructor(digest: Digest) {
    this.#digest = digest
    this.#hashNode = createNodeHasher(digest)
    this.#edge = { size: 0, nodes: [] }
  }

  /** How many leaves there are. */
  get size(): number {
    return this.#levelAt(0).count
  }

  /** Add the next leaf. Amortised one digest. */
  append(leafHash: Hash): void {
    assert(this.size < 2 ** 31 - 1, 'a tree in memory stays under 2^31 leaves')
    let level = this.#levelAt(0)
    level.pushHex(leafHash)
    for (let height = 1; level.count % 2 === 0; height++) {
      const node = this.#hashNode(level.at(level.count - 2), level.at(level.count - 1))
      if (height === this.#levels.length) this.#levels.push(new Level())
      level = this.#levelAt(height)
      level.push(node)
    }
  }

  /** The tree hash over the first `size` leaves, all by default. Of none: SHA-256 of nothing. */
  root(size: number = this.size): Hash {
    this.#assertSize(size)
    if (size === 0) return bytesToHex(this.#digest(new Uint8Array(0)))
    return bytesToHex(this.#rangeHash(0, size))
  }

  /** What leads from leaf `index` (from 0) to the root over `size` leaves, from the leaf up. */
  inclusionPath(index: number, size: number = this.size): Hash[] {
    this.#assertSize(size)
    assert(Number.isSafeInteger(index) && index >= 0 && index < size, 'the leaf is in the tree')
    const edge = this.#edgeOf(size)
    const path: Hash[] = []
    for (let height = 0; size - 1 >> height > 0; height++) {
      const sibling = (index >> height) ^ 1
      if (sibling < size >> height) path.push(this.#levelAt(height).hexAt(sibling))
      else if (sibling === size >> height) pushNode(path, edge[height] ?? null)
    }
    return path
  }

  /** What proves that the tree over `oldSize` leaves is a prefix of the one over `newSize`. */
  consistencyPath(oldSize: number, newSize: number = this.size): Hash[] {
    this.#assertSize(newSize)
    assert(Number.isSafeInteger(oldSize), 'a size is a whole number')
    assert(oldSize >= 0 && oldSize <= newSize, 'the old tree is not larger than the new one')
    if (oldSize === 0) return []
    return this.#subproof(oldSize, 0, newSize, true)
  }

  /** RFC 9162 §2.1.4.1 over leaves `[start, end)`; `old` counts from `start`. */
  #subproof(old: number, start: number, end: number, isWhole: boolean): Hash[] {
    if (old === end - start) return isWhole ? [] : [bytesToHex(this.#rangeHash(start, end))]
    const left = splitOf(end - start)
    if (old <= left) {
      const path = this.#subproof(old, start, start + left, isWhole)
      return [...path, bytesToHex(this.#rangeHash(start + left, end))]
    }
    const path = this.#subproof(old - left, start + left, end, false)
    return [...path, bytesToHex(this.#rangeHash(start, start + left))]
  }

  /** The hash over leaves `[start, end)`, where `start` is a multiple of the range's left half. */
  #rangeHash(start: number, end: number): Uint8Array {
    const count = end - start
    const height = 31 - Math.clz32(count)
    if (count === 1 << height) return this.#levelAt(height).at(start >> height)
    const left = splitOf(count)
    return this.#hashNode(
      this.#rangeHash(start, start + left),
      this.#rangeHash(start + left, end),
    )
  }

  /**
   * Per height, the hash over the leaves right of the last complete node; `null` when there are
   * none. Kept for the size asked last, because a batch of receipts shares it.
   */
  #edgeOf(size: number): readonly (Uint8Array | null)[] {
    if (this.#edge.size === size) return this.#edge.nodes
    const nodes: (Uint8Array | null)[] = []
    let ragged: Uint8Array | null = null
    for (let height = 0; size >> height > 0; height++) {
      nodes.push(ragged)
      const count = size >> height
      if (count % 2 === 0) continue
      const last = this.#levelAt(height).at(count - 1)
      ragged = ragged === null ? last : this.#hashNode(last, ragged)
    }
    this.#edge = { size, nodes }
    return nodes
  }

  #levelAt(height: number): Level {
    const level = this.#levels[height]
    assert(level !== undefined, 'a height within the tree')
    return level
  }

  #assertSize(size: number): void {
    assert(Number.isSafeInteger(size), 'a size is a whole number')
    assert(size >= 0 && size <= this.size, 'the tree has had this size')
  }
}

/** The complete nodes of one height, side by side. */
class Level {
  #bytes = new Uint8Array(8 * HASH_BYTES)
  #count = 0

  get count(): number {
    return this.#count
  }

  push(node: Uint8Array): void {
    assert(node.length === HASH_BYTES, 'a node has 32 bytes')
    this.#makeRoom()
    this.#bytes.set(node, this.#count * HASH_BYTES)
    this.#count += 1
  }

  pushHex(node: Hash): void {
    assert(node.length === 2 * HASH_BYTES, 'a leaf is a SHA-256 digest')
    this.#makeRoom()
    this.#bytes.subarray(this.#count * HASH_BYTES).setFromHex(node)
    this.#count += 1
  }

  #makeRoom(): void {
    if (this.#count * HASH_BYTES < this.#bytes.length) return
    const grown = new Uint8Array((this.#count + (this.#count >> 1)) * HASH_BYTES)
    grown.set(this.#bytes)
    this.#bytes = grown
  }

  at(index: number): Uint8Array {
    assert(index >= 0 && index < this.#count, 'the node is complete')
    return this.#bytes.subarray(index * HASH_BYTES, (index + 1) * HASH_BYTES)
  }

  hexAt(index: number): Hash {
    return bytesToHex(this.at(index))
  }
}

/** The largest power of two below a count of at least two: where RFC 6962 splits a tree. */
function splitOf(count: number): number {
  return 1 << (31 - Math.clz32(count - 1))
}

function pushNode(path: Hash[], node: Uint8Array | null): void {
  if (node !== null) path.push(bytesToHex(node))
}
