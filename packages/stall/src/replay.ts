import {
  applyEvent,
  checkpointOrigin,
  checkSealed,
  createStallState,
  forgetProcess,
  JOURNAL_EMPTY,
  MerkleTree,
  type Digest,
  type JournalEntry,
  type JournalHead,
  type NodeCertificate,
  type SealedEntry,
  type StallEvent,
  type StallState,
} from '@nightmarket/kernel'
import type { JournalStore } from '@nightmarket/storage'

import { StallFault } from './stall-fault.ts'

/** Entries read from the store at a time: bounds the memory of a long replay. */
const PAGE_ENTRIES = 2_000

/** A journal read back: what the stall knows, and the tree of its checkpoints and receipts. */
export interface Replayed {
  readonly state: StallState
  readonly tree: MerkleTree
  readonly head: JournalHead
}

/**
 * Fold a whole journal, checking every hash and link on the way.
 *
 * - [ST5] A damaged journal is named by its position and never skipped: the stall does not open.
 * - [I13] The last signed checkpoint must still be true of the entries that are there.
 */
export async function replayJournal(
  store: JournalStore,
  certificate: NodeCertificate,
  digest: Digest,
): Promise<Replayed> {
  const state = createStallState(certificate.nodeId, certificate.epoch)
  const tree = new MerkleTree(digest)
  let head = JOURNAL_EMPTY
  for (;;) {
    const page = await store.read({ after: head.sequence, limit: PAGE_ENTRIES })
    if (page.length === 0) break
    for (const sealed of page) {
      const entry = openNext(head, sealed, certificate, digest)
      applyEvent(state, toEvent(entry), entry)
      tree.append(sealed.hash)
      head = { sequence: sealed.sequence, hash: sealed.hash }
    }
  }
  await assertCheckpoint(store, certificate, tree)
  forgetProcess(state)
  return { state, tree, head }
}

function openNext(
  head: JournalHead,
  sealed: SealedEntry,
  certificate: NodeCertificate,
  digest: Digest,
): JournalEntry {
  const checked = checkSealed(head, sealed, digest)
  if (!checked.ok) {
    const at = `entry ${head.sequence + 1} of the journal of ${certificate.nodeId}`
    const detail = JSON.stringify(checked.error)
    throw new StallFault(
      'journal_corrupt',
      `${at} is damaged: ${detail}. Restore the file, or enrol this node again for a new epoch; ` +
        'its parent has what was synced.',
    )
  }
  const entry = checked.value
  if (entry.nodeId === certificate.nodeId && entry.epoch === certificate.epoch) return entry
  throw new StallFault(
    'journal_foreign',
    `The journal is of ${entry.nodeId}/${entry.epoch}, the certificate of ` +
      `${certificate.nodeId}/${certificate.epoch}. Use the data folder of this node, or a new one.`,
  )
}

/** The entry was decided by `runCommand` and its hash still holds: its type is one of ours. */
function toEvent({ type, body }: JournalEntry): StallEvent {
  return { type, body } as unknown as StallEvent
}

async function assertCheckpoint(
  store: JournalStore,
  certificate: NodeCertificate,
  tree: MerkleTree,
): Promise<void> {
  const checkpoint = await store.latestCheckpoint()
  if (checkpoint === null) return
  const origin = checkpointOrigin(certificate.nodeId, certificate.epoch)
  const isTrue =
    checkpoint.origin === origin &&
    checkpoint.size <= tree.size &&
    checkpoint.root === tree.root(checkpoint.size)
  if (isTrue) return
  throw new StallFault(
    'journal_corrupt',
    `The last checkpoint of ${origin} signs ${checkpoint.size} entries that are not the ones in ` +
      `the journal (${tree.size} found). Enrol this node again for a new epoch.`,
  )
}
