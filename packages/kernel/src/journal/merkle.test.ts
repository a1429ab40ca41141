import { deepEqual, equal, throws } from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { bytesToHex } from './encoding.ts'
import type { Hash } from './entry.ts'
import { MerkleFrontier } from './merkle-frontier.ts'
import { verifyConsistency, verifyInclusion } from './merkle-proof.ts'
import { MerkleTree } from './merkle.ts'

/** The tree that certificate-transparency's and Trillian's tests share. */
const INPUTS = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
]

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
]

const NODE_01 = 'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125'
const NODE_03 = 'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7'
const NODE_23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e'
const NODE_45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a'
const NODE_47 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4'
const NODE_67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0'
const LEAF_0 = '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
const LEAF_1 = '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7'
const LEAF_4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b'

describe('RFC 6962 reference tree', () => {
  const tree = treeOf(INPUTS.map((input) => leafOf(Uint8Array.fromHex(input))))

  test('[MK1] has the known root at every size', () => {
    deepEqual(
      ROOTS.map((_, size) => tree.root(size)),
      ROOTS,
    )
  })

  test('[MK2] has the known inclusion paths', () => {
    deepEqual(tree.inclusionPath(0, 1), [])
    deepEqual(tree.inclusionPath(0, 8), [LEAF_1, NODE_23, NODE_47])
    deepEqual(tree.inclusionPath(5, 8), [LEAF_4, NODE_67, NODE_03])
    deepEqual(tree.inclusionPath(2, 3), [NODE_01])
    deepEqual(tree.inclusionPath(1, 5), [LEAF_0, NODE_23, LEAF_4])
  })

  test('[MK2] has the known consistency paths', () => {
    deepEqual(tree.consistencyPath(1, 1), [])
    deepEqual(tree.consistencyPath(0, 8), [])
    deepEqual(tree.consistencyPath(1, 8), [LEAF_1, NODE_23, NODE_47])
    deepEqual(tree.consistencyPath(6, 8), [NODE_45, NODE_67, NODE_03])
    deepEqual(tree.consistencyPath(2, 5), [NODE_23, LEAF_4])
  })
})

describe('any tree', () => {
  const leaves = Array.from({ length: 70 }, (_, index) => leafOf(new Uint8Array([index])))
  const tree = treeOf(leaves)
  const aSize = fc.integer({ min: 1, max: leaves.length })

  test('[MK1] agrees with the definition at every size', () => {
    for (let size = 0; size <= leaves.length; size++) {
      equal(tree.root(size), naiveRoot(leaves.slice(0, size)))
    }
  })

  test('[MK2] inclusion paths agree with the definition, and verify', () => {
    for (let size = 1; size <= leaves.length; size++) {
      for (let index = 0; index < size; index++) {
        const path = tree.inclusionPath(index, size)
        deepEqual(path, naivePath(index, leaves.slice(0, size)))
        equal(verifyInclusion(inclusionOf(index, size), digest), true)
      }
    }
  })

  test('[MK2] consistency paths verify for every pair of sizes', () => {
    for (let newSize = 0; newSize <= leaves.length; newSize++) {
      for (let oldSize = 0; oldSize <= newSize; oldSize++) {
        equal(verifyConsistency(consistencyOf(oldSize, newSize), digest), true)
      }
    }
  })

  test('[MK4] an inclusion path proves nothing else', () => {
    fc.assert(
      fc.property(aSize, fc.nat(), fc.nat(), (size, pick, flip) => {
        const claim = inclusionOf(pick % size, size)
        const { path } = claim
        const others = [
          { ...claim, leafHash: leafOf(new Uint8Array([255])) },
          { ...claim, leafIndex: claim.leafIndex + 1 },
          { ...claim, leafIndex: claim.leafIndex - 1 },
          { ...claim, leafIndex: 0.5 },
          { ...claim, size: 0 },
          { ...claim, root: ROOTS[0] ?? '' },
          { ...claim, root: claim.root.toUpperCase() },
          { ...claim, path: [...path, ROOTS[0] ?? ''] },
          { ...claim, path: path.slice(1) },
          { ...claim, path: path.map((node, at) => (at === flip % path.length ? LEAF_0 : node)) },
          { ...claim, path: ['not a hash'] },
        ].filter((other) => JSON.stringify(other) !== JSON.stringify(claim))
        for (const other of others) equal(verifyInclusion(other, digest), false)
      }),
    )
  })

  test('[MK4] a consistency path proves nothing else', () => {
    fc.assert(
      fc.property(aSize, aSize, (one, other) => {
        const claim = consistencyOf(Math.min(one, other), Math.max(one, other))
        const others = [
          { ...claim, oldRoot: LEAF_1 },
          { ...claim, newRoot: LEAF_1 },
          { ...claim, path: [...claim.path, LEAF_1] },
          { ...claim, path: claim.path.slice(1) },
          { ...claim, path: claim.path.map(() => LEAF_1) },
          { ...claim, oldSize: claim.newSize + 1 },
          { ...claim, oldSize: 0 },
          { ...claim, newSize: -1 },
        ].filter((changed) => JSON.stringify(changed) !== JSON.stringify(claim))
        for (const changed of others) equal(verifyConsistency(changed, digest), false)
      }),
    )
  })

  test('[MK3] a frontier follows the roots, through its stored state', () => {
    let frontier = new MerkleFrontier(digest)
    for (const [index, leaf] of leaves.entries()) {
      equal(frontier.root(), tree.root(index))
      frontier.append(leaf)
      const state = JSON.parse(JSON.stringify(frontier.state())) as ReturnType<
        typeof frontier.state
      >
      frontier = new MerkleFrontier(digest, state)
      equal(frontier.size, index + 1)
    }
    equal(frontier.root(), tree.root())
  })

  test('[MK3] a frontier that was stored wrongly is a defect', () => {
    throws(() => new MerkleFrontier(digest, { size: 3, hashes: [LEAF_0] }), /one hash per bit/)
    throws(() => new MerkleFrontier(digest, { size: 1, hashes: ['00'] }), /32 bytes/)
  })

  test('[MK1] a size that the tree never had is a defect', () => {
    throws(() => tree.root(leaves.length + 1), /has had this size/)
    throws(() => tree.inclusionPath(3, 3), /in the tree/)
    throws(() => tree.consistencyPath(4, 3), /not larger/)
    throws(() => new MerkleTree(digest).append('00'), /SHA-256/)
  })

  function inclusionOf(leafIndex: number, size: number) {
    const path = tree.inclusionPath(leafIndex, size)
    return { leafHash: leaves[leafIndex] ?? '', leafIndex, size, root: tree.root(size), path }
  }

  function consistencyOf(oldSize: number, newSize: number) {
    const path = tree.consistencyPath(oldSize, newSize)
    return { oldSize, oldRoot: tree.root(oldSize), newSize, newRoot: tree.root(newSize), path }
  }
})

function treeOf(leaves: readonly Hash[]): MerkleTree {
  const tree = new MerkleTree(digest)
  for (const leaf of leaves) tree.append(leaf)
  return tree
}

function digest(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

function leafOf(input: Uint8Array): Hash {
  return bytesToHex(digest(new Uint8Array([0, ...input])))
}

/** RFC 6962 §2.1, word for word. */
function naiveRoot(leaves: readonly Hash[]): Hash {
  if (leaves.length === 0) return bytesToHex(digest(new Uint8Array(0)))
  if (leaves.length === 1) return leaves[0] ?? ''
  const split = naiveSplit(leaves.length)
  const children = naiveRoot(leaves.slice(0, split)) + naiveRoot(leaves.slice(split))
  return bytesToHex(digest(Uint8Array.fromHex(`01${children}`)))
}

/** RFC 6962 §2.1.1, word for word. */
function naivePath(index: number, leaves: readonly Hash[]): Hash[] {
  if (leaves.length === 1) return []
  const split = naiveSplit(leaves.length)
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)]
  return index < split
    ? [...naivePath(index, left), naiveRoot(right)]
    : [...naivePath(index - split, right), naiveRoot(left)]
}

function naiveSplit(count: number): number {
  let split = 1
  while (split * 2 < count) split *= 2
  return split
}
