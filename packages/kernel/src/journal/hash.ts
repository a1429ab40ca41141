import { assert } from '../assert.ts'
import { bytesToHex, utf8ToBytes } from './encoding.ts'
import type { Digest, Hash } from './entry.ts'

/** The length of a SHA-256 digest. */
export const HASH_BYTES = 32

const HASH_PATTERN = /^[0-9a-f]{64}$/

/** RFC 6962's mark of a leaf, so that an entry's hash is also its leaf in the Merkle tree. */
export const LEAF_PREFIX = '\u0000'

/** Whether a value is a SHA-256 digest in our spelling. */
export function isHash(value: unknown): value is Hash {
  return typeof value === 'string' && HASH_PATTERN.test(value)
}

/** SHA-256(0x00 ‖ text): an entry's hash and RFC 6962 leaf hash. */
export function hashEntryText(text: string, digest: Digest): Hash {
  return bytesToHex(digest(utf8ToBytes(LEAF_PREFIX + text)))
}

/** RFC 6962's hash of two children: SHA-256(0x01 ‖ left ‖ right). */
export type NodeHasher = (left: Uint8Array, right: Uint8Array) => Uint8Array

/** Make a node hasher with a buffer of its own, so that growing a tree allocates only results. */
export function createNodeHasher(digest: Digest): NodeHasher {
  const buffer = new Uint8Array(1 + 2 * HASH_BYTES)
  buffer[0] = 1
  return (left, right) => {
    assert(left.length === HASH_BYTES && right.length === HASH_BYTES, 'a node has 32 bytes')
    buffer.set(left, 1)
    buffer.set(right, 1 + HASH_BYTES)
    return digest(buffer)
  }
}
