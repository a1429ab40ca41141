import {
  AssertionError,
  JOURNAL_EMPTY,
  type Checkpoint,
  type JournalHead,
  type SealedEntry,
} from '@nightmarket/kernel'
import { assertEqual, type ContractCase } from '@nightmarket/kernel/testing'

import type { JournalBatch, JournalStore } from '../journal-store.ts'

/**
 * Every `JournalStore` passes these cases, each on a new and empty store. A new rule starts in the
 * interface comment.
 */
export const journalStoreContract: readonly ContractCase<JournalStore>[] = [
  {
    rule: 'JS1',
    name: 'a new journal is empty',
    async run(store) {
      assertEqual(await store.head(), JOURNAL_EMPTY)
      assertEqual(await store.read({ after: 0, limit: 9 }), [])
      assertEqual(await store.latestCheckpoint(), null)
      assertEqual(await store.checkpointCovering(1), null)
    },
  },
  {
    rule: 'JS2',
    name: 'an append of many entries lands as a whole, with its checkpoint',
    async run(store) {
      const batch = batchOf(1, 300)
      assertEqual(await store.append(JOURNAL_EMPTY, batch), { ok: true, value: headAt(300) })
      assertEqual(await store.head(), headAt(300))
      assertEqual(await store.read({ after: 0, limit: 999 }), batch.entries)
      assertEqual(await store.latestCheckpoint(), checkpointAt(300))
    },
  },
  {
    rule: 'JS2',
    name: 'texts come back as they went in, whatever letters they have',
    async run(store) {
      const letters = '{"a":"\u00fc\u20ac\u{1f600}"}'
      const texts = ['', '{}', letters, '"\u2028\ufeff\\n"', 'x'.repeat(1e6)]
      const entries = texts.map((text, index) => ({ ...entryAt(index + 1), text }))
      await store.append(JOURNAL_EMPTY, { entries, checkpoint: checkpointAt(texts.length) })
      assertEqual(await store.read({ after: 0, limit: 9 }), entries)
    },
  },
  {
    rule: 'JS3',
    name: 'an append against a stale head writes nothing and returns the actual head',
    async run(store) {
      await store.append(JOURNAL_EMPTY, batchOf(1, 2))
      const moved = { ok: false, error: { code: 'head_moved', actual: headAt(2) } }
      assertEqual(await store.append(JOURNAL_EMPTY, batchOf(1, 1)), moved)
      const fork = { ...headAt(2), hash: headAt(7).hash }
      assertEqual(await store.append(fork, batchOf(3, 1)), moved)
      assertEqual(await store.append(headAt(4), batchOf(5, 1)), moved)
      assertEqual(await store.latestCheckpoint(), checkpointAt(2))
      assertEqual((await store.append(headAt(2), batchOf(3, 1))).ok, true)
    },
  },
  {
    rule: 'JS4',
    name: 'read pages in ascending order, after the cursor',
    async run(store) {
      const { entries } = batchOf(1, 5)
      await store.append(JOURNAL_EMPTY, batchOf(1, 5))
      assertEqual(await store.read({ after: 2, limit: 2 }), entries.slice(2, 4))
      assertEqual(await store.read({ after: 4, limit: 2 }), entries.slice(4))
      assertEqual(await store.read({ after: 5, limit: 2 }), [])
      assertEqual(await store.read({ after: 99, limit: 2 }), [])
    },
  },
  {
    rule: 'JS5',
    name: 'the covering checkpoint is the smallest that includes the sequence',
    async run(store) {
      await store.append(JOURNAL_EMPTY, batchOf(1, 3))
      await store.append(headAt(3), batchOf(4, 1))
      const sizes = [1, 3, 4].map(async (at) => (await store.checkpointCovering(at))?.size)
      assertEqual(await Promise.all(sizes), [3, 3, 4])
      assertEqual(await store.checkpointCovering(5), null)
      assertEqual(await store.checkpointCovering(2), checkpointAt(3))
    },
  },
  {
    rule: 'JS7',
    name: 'appends that nobody waited for take effect in their order',
    async run(store) {
      const first = store.append(JOURNAL_EMPTY, batchOf(1, 2))
      const second = store.append(headAt(2), batchOf(3, 2))
      const late = store.append(headAt(2), batchOf(3, 1))
      const seen = store.head()
      const results = await Promise.all([first, second, late])
      assertEqual(
        results.map(({ ok }) => ok),
        [true, true, false],
      )
      assertEqual(await seen, headAt(4))
    },
  },
  {
    rule: 'JS8',
    name: 'a batch that does not continue its head is a defect',
    async run(store) {
      const whole = batchOf(1, 2)
      const line = { ...entryAt(1), text: 'a\nb' }
      const defects: readonly JournalBatch[] = [
        { ...whole, entries: [] },
        { ...whole, entries: whole.entries.slice(1) },
        { ...whole, entries: whole.entries.slice(0, 1) },
        { entries: [entryAt(1), entryAt(3)], checkpoint: checkpointAt(3) },
        { entries: [{ ...entryAt(1), hash: '1' }], checkpoint: checkpointAt(1) },
        { entries: [line], checkpoint: checkpointAt(1) },
      ]
      const outcomes = defects.map((batch) =>
        store.append(JOURNAL_EMPTY, batch).then(
          () => 'appended',
          (reason: unknown) => (reason instanceof AssertionError ? 'defect' : String(reason)),
        ),
      )
      assertEqual(
        await Promise.all(outcomes),
        defects.map(() => 'defect'),
      )
      assertEqual(await store.head(), JOURNAL_EMPTY)
    },
  },
]

/** A well-formed run of entries. Storage never checks a hash, so these are readable. */
function batchOf(from: number, count: number): JournalBatch {
  const entries = Array.from({ length: count }, (_, index) => entryAt(from + index))
  return { entries, checkpoint: checkpointAt(from + count - 1) }
}

function entryAt(sequence: number): SealedEntry {
  return { ...headAt(sequence), text: `{"n":${sequence}}` }
}

function headAt(sequence: number): JournalHead {
  return { sequence, hash: String(sequence).padStart(64, '0') }
}

function checkpointAt(size: number): Checkpoint {
  const root = String(size).padStart(64, 'f')
  return { origin: 'nightmarket/contract/1', size, root, signature: `signature-${size}` }
}
