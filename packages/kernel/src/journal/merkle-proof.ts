import { bytesToHex, hexToBytes } from './encoding.ts'
import type { Digest, Hash } from './entry.ts'
import { createNodeHasher, isHash } from './hash.ts'

/** The claim that a leaf is the one at `leafIndex` (from 0) of the tree with this size and root. */
export interface InclusionClaim {
  readonly leafHash: Hash
  readonly leafIndex: number
  readonly size: number
  readonly root: Hash
  readonly path: readonly Hash[]
}

/** The claim that the smaller tree is a prefix of the larger: nothing was changed or taken out. */
export interface ConsistencyClaim {
  readonly oldSize: number
  readonly oldRoot: Hash
  readonly newSize: number
  readonly newRoot: Hash
  readonly path: readonly Hash[]
}

/**
 * RFC 9162 §2.1.3.2. Takes untrusted numbers and hashes: whatever does not prove is `false`.
 *
 * - [MK4] No path proves another leaf, index, size or root; too short or too long a path neither.
 */
export function verifyInclusion(claim: InclusionClaim, digest: Digest): boolean {
  const { leafHash, leafIndex, size, root, path } = claim
  if (!isSize(leafIndex) || !isSize(size) || leafIndex >= size) return false
  if (![leafHash, root, ...path].every(isHash)) return false
  const hashNode = createNodeHasher(digest)
  let [index, last] = [leafIndex, size - 1]
  let node: Uint8Array = hexToBytes(leafHash)
  for (const sibling of path.map(hexToBytes)) {
    if (last === 0) return false
    if (isOdd(index) || index === last) {
      node = hashNode(sibling, node)
      while (!isOdd(index) && index !== 0) [index, last] = [half(index), half(last)]
    } else {
      node = hashNode(node, sibling)
    }
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0 && bytesToHex(node) === root
}

/** RFC 9162 §2.1.4.2, with the empty tree a prefix of every tree. Untrusted input. [MK4] */
export function verifyConsistency(claim: ConsistencyClaim, digest: Digest): boolean {
  const { oldSize, oldRoot, newSize, newRoot, path } = claim
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize) return false
  if (![oldRoot, newRoot, ...path].every(isHash)) return false
  if (oldSize === newSize) return path.length === 0 && oldRoot === newRoot
  if (oldSize === 0) return path.length === 0 && oldRoot === bytesToHex(digest(new Uint8Array(0)))
  const [first, ...rest] = isPowerOfTwo(oldSize) ? [oldRoot, ...path] : path
  if (first === undefined) return false
  const [oldNode, newNode] = climb({ ...claim, first, rest }, digest)
  return oldNode === oldRoot && newNode === newRoot
}

/** Both roots that a consistency path leads to; empty text when the path has the wrong length. */
function climb(
  claim: ConsistencyClaim & { readonly first: Hash; readonly rest: readonly Hash[] },
  digest: Digest,
): readonly [oldNode: Hash, newNode: Hash] {
  const hashNode = createNodeHasher(digest)
  let [index, last] = [claim.oldSize - 1, claim.newSize - 1]
  while (isOdd(index)) [index, last] = [half(index), half(last)]
  let oldNode: Uint8Array = hexToBytes(claim.first)
  let newNode = oldNode
  for (const sibling of claim.rest.map(hexToBytes)) {
    if (last === 0) return ['', '']
    if (isOdd(index) || index === last) {
      oldNode = hashNode(sibling, oldNode)
      newNode = hashNode(sibling, newNode)
      while (!isOdd(index) && index !== 0) [index, last] = [half(index), half(last)]
    } else {
      newNode = hashNode(newNode, sibling)
    }
    ;[index, last] = [half(index), half(last)]
  }
  return last === 0 ? [bytesToHex(oldNode), bytesToHex(newNode)] : ['', '']
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0
}

function isOdd(value: number): boolean {
  return value % 2 === 1
}

function half(value: number): number {
  return Math.floor(value / 2)
}

function isPowerOfTwo(size: number): boolean {
  return Number.isInteger(Math.log2(size)) && 2 ** Math.log2(size) === size
}
