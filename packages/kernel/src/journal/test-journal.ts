import type { NodeId } from '../id.ts'
import { checkpointNote, checkpointOrigin, type Checkpoint } from './checkpoint.ts'
import { utf8ToBytes } from './encoding.ts'
import {
  JOURNAL_EMPTY,
  type Digest,
  type JournalHead,
  type Json,
  type SealedEntry,
} from './entry.ts'
import { MerkleTree } from './merkle.ts'
import { createSealer } from './seal.ts'

/** A fact for a test journal. */
export interface TestFact {
  readonly type: string
  readonly body: Json
}

/** Whose journal a test writes. `sign` is Ed25519 over the bytes, base64. */
export interface TestSigner {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly digest: Digest
  readonly sign: (message: Uint8Array) => string
}

/** One append of a test journal: what a `JournalStore` takes. */
export interface TestBatch {
  readonly entries: readonly SealedEntry[]
  readonly checkpoint: Checkpoint
}

/**
 * A real journal for tests, sealed and signed, without a store under it. Its clock ticks once an
 * entry, so that the same facts give the same journal.
 */
export class TestJournal {
  readonly tree: MerkleTree
  readonly entries: SealedEntry[] = []
  readonly checkpoints: Checkpoint[] = []
  readonly #signer: TestSigner
  #head: JournalHead = JOURNAL_EMPTY

  constructor(signer: TestSigner) {
    this.#signer = signer
    this.tree = new MerkleTree(signer.digest)
  }

  /** Where the journal ends now. */
  get head(): JournalHead {
    return this.#head
  }

  /** Seal facts and sign the checkpoint they end in. */
  write(facts: readonly TestFact[]): TestBatch {
    const { nodeId, epoch, digest, sign } = this.#signer
    const seal = createSealer(digest)
    const entries = facts.map((fact) => {
      const sequence = this.#head.sequence + 1
      const clock = { atMs: 1_700_000_000_000 + sequence, monotonicMs: sequence }
      const previousHash = this.#head.hash
      const entry = seal({ nodeId, epoch, sequence, previousHash, ...clock, ...fact })
      this.tree.append(entry.hash)
      this.#head = { sequence, hash: entry.hash }
      return entry
    })
    const origin = checkpointOrigin(nodeId, epoch)
    const note = { origin, size: this.tree.size, root: this.tree.root() }
    const checkpoint = { ...note, signature: sign(utf8ToBytes(checkpointNote(note))) }
    this.entries.push(...entries)
    this.checkpoints.push(checkpoint)
    return { entries, checkpoint }
  }
}
