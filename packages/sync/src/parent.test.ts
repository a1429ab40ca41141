import { deepEqual, equal } from 'node:assert/strict'
import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'
import { test } from 'node:test'

import {
  type Digest,
  FRONTIER_EMPTY,
  HASH_ZERO,
  MerkleFrontier,
  type NodeId,
  type SealedEntry,
} from '@nightmarket/kernel'
import { TestJournal } from '@nightmarket/kernel/testing'
import fc from 'fast-check'

import { cosign, type ExchangePlan, type KnownJournal, planExchange } from './parent.ts'
import { EXCHANGE_ENTRIES_MAX, type ExchangeRequest, PROTOCOL_VERSION } from './protocol.ts'

const { publicKey, privateKey } = generateKeyPairSync('ed25519')
const digest: Digest = (bytes) => hash('sha256', bytes, 'buffer')
const signer = (message: Uint8Array) => sign(null, message, privateKey).toString('base64')
const tools = {
  digest,
  publicKey: 'the key of this test',
  verify: (_key: string, message: Uint8Array, signature: string) =>
    verify(null, message, publicKey, Buffer.from(signature, 'base64')),
}
const OWNER = { nodeId: 'edge-1' as NodeId, epoch: 1 }

const journalOf = (owner = OWNER) => new TestJournal({ ...owner, digest, sign: signer })
const facts = (count: number, type = 'sold') =>
  Array.from({ length: count }, (_, index) => ({ type, body: { index } }))

/** What a parent has after it took the first `size` entries. */
function knownAt(entries: readonly SealedEntry[], size: number): KnownJournal {
  const frontier = new MerkleFrontier(digest)
  for (const entry of entries.slice(0, size)) frontier.append(entry.hash)
  const last = entries[size - 1]
  return { ...OWNER, sequence: size, hash: last?.hash ?? HASH_ZERO, frontier: frontier.state() }
}

function requestOf(journal: TestJournal, from: number, to: number): ExchangeRequest {
  const entries = journal.entries.slice(from, to)
  return {
    ...OWNER,
    protocolVersion: PROTOCOL_VERSION,
    entries,
    previousHash: journal.entries[from - 1]?.hash ?? HASH_ZERO,
    checkpoint: journal.checkpoints.find(({ size }) => size === to) ?? null,
    feedAfter: 0,
    demand: [],
    atMs: 0,
  }
}

function planOf(
  journal: TestJournal,
  known: number,
  request: ExchangeRequest,
  stored = journal.entries,
): ExchangePlan {
  const hashAt = (sequence: number) => stored[sequence - 1]?.hash ?? null
  return planExchange(knownAt(stored, known), request, hashAt, tools)
}

test('[S1] takes exactly what continues the journal, whatever overlaps', () => {
  const size = fc.nat({ max: 20 })
  const sizes = fc.record({ a: size, b: size, c: size })
  fc.assert(
    fc.property(sizes, ({ a, b, c }) => {
      const [from = 0, known = 0, to = 0] = [a, b, c].toSorted((left, right) => left - right)
      const journal = journalOf()
      journal.write(facts(to))
      const plan = planOf(journal, known, requestOf(journal, from, to))
      equal(plan.status, 'accept')
      if (plan.status !== 'accept') return
      deepEqual(plan.entries.map(({ sealed }) => sealed), journal.entries.slice(known, to))
      equal(plan.head.sequence, Math.max(known, to))
      deepEqual(plan.frontier, knownAt(journal.entries, to).frontier)
    }),
    { numRuns: 60 },
  )
})

test('[S1] asks for what is missing before the first entry sent', () => {
  const journal = journalOf()
  journal.write(facts(9))
  deepEqual(planOf(journal, 3, requestOf(journal, 5, 9)), { status: 'want', sequence: 4 })
})

test('[S1] refuses what does not check out, by its position, and takes none of it', () => {
  const journal = journalOf()
  journal.write(facts(5))
  const good = requestOf(journal, 0, 5)
  const [first, second, ...rest] = good.entries as [SealedEntry, SealedEntry, ...SealedEntry[]]
  const detailOf = (change: Partial<ExchangeRequest>) => {
    const plan = planOf(journal, 0, { ...good, ...change })
    return plan.status === 'invalid' ? plan.detail : plan.status
  }
  const forged = { ...second, text: second.text.replace('"index":1', '"index":7') }
  equal(detailOf({ entries: [first, forged, ...rest] }), 'entry 2: hash_mismatch')
  equal(detailOf({ entries: [first, ...rest] }), 'entry 2: sequence_mismatch')
  equal(detailOf({ checkpoint: null }), 'entries come without their checkpoint')
  const checkpoint = good.checkpoint as NonNullable<ExchangeRequest['checkpoint']>
  const signature = signer(new TextEncoder().encode('something else'))
  const cases: readonly (readonly [Partial<typeof checkpoint>, string])[] = [
    [{ signature }, `the checkpoint's signature is not this node's`],
    [{ size: 4 }, 'the checkpoint is not of the last entry'],
    [{ origin: 'nightmarket/edge-2/1' }, 'the checkpoint is of nightmarket/edge-2/1'],
    [{ root: 'no' }, `the checkpoint's root is malformed`],
  ]
  for (const [change, detail] of cases) {
    equal(detailOf({ checkpoint: { ...checkpoint, ...change } }), detail)
  }
})

test('[S1] refuses another node’s entries, a root of another journal, and too many at once', () => {
  const stranger = journalOf({ nodeId: 'edge-2' as NodeId, epoch: 1 })
  stranger.write(facts(2))
  const journal = journalOf()
  journal.write(facts(2))
  const request = requestOf(journal, 0, 2)
  const foreign = planOf(journal, 0, { ...request, entries: stranger.entries })
  deepEqual(foreign, { status: 'invalid', detail: 'entry 1 is of edge-2/1' })
  const known = { ...knownAt(journal.entries, 0), frontier: FRONTIER_EMPTY }
  const twisted = new MerkleFrontier(digest)
  twisted.append('ab'.repeat(32))
  const other = { ...known, sequence: 1, hash: journal.entries[0]?.hash ?? '' }
  const plan = planExchange(
    { ...other, frontier: twisted.state() },
    requestOf(journal, 1, 2),
    () => null,
    tools,
  )
  deepEqual(plan, { status: 'invalid', detail: 'the checkpoint signs another root' })
  const long = journalOf()
  long.write(facts(EXCHANGE_ENTRIES_MAX + 1))
  const many = planOf(long, 0, requestOf(long, 0, EXCHANGE_ENTRIES_MAX + 1))
  deepEqual(many, { status: 'invalid', detail: 'more than 1000 entries' })
})

test('[I11] names the first position at which two signed journals differ', () => {
  const [journal, other] = [journalOf(), journalOf()]
  for (const one of [journal, other]) one.write(facts(4))
  journal.write(facts(3, 'mine'))
  other.write(facts(3, 'theirs'))
  const plan = planOf(other, 7, requestOf(other, 2, 7), journal.entries)
  equal(plan.status, 'fork')
  if (plan.status !== 'fork') return
  deepEqual(
    [plan.sequence, plan.parentHash, plan.childHash],
    [5, journal.entries[4]?.hash, other.entries[4]?.hash],
  )
  deepEqual(plan.branch.map(({ sealed }) => sealed), other.entries.slice(4))
})

test('[I11] asks for earlier entries when the journals parted before what was sent', () => {
  const [journal, other] = [journalOf(), journalOf()]
  journal.write(facts(5, 'mine'))
  other.write(facts(5, 'theirs'))
  other.write(facts(2, 'theirs'))
  const request = requestOf(other, 5, 7)
  const plan = planOf(other, 5, request, journal.entries)
  deepEqual(plan, { status: 'want', sequence: 1 })
  equal(planOf(other, 5, requestOf(other, 0, 7), journal.entries).status, 'fork')
})

test('[I11] an unsigned difference is no proof: it is refused, and nobody is quarantined', () => {
  const [journal, other] = [journalOf(), journalOf()]
  journal.write(facts(3, 'mine'))
  other.write(facts(3, 'theirs'))
  const request = requestOf(other, 0, 3)
  const checkpoint = journal.checkpoints[0] ?? null
  const signature = signer(new Uint8Array(3))
  const forged = checkpoint === null ? null : { ...checkpoint, signature }
  equal(planOf(other, 3, { ...request, checkpoint: forged }, journal.entries).status, 'invalid')
})

test('[S4] co-signs the known journal again when an answer was lost, and no other root', () => {
  const journal = journalOf()
  journal.write(facts(3))
  const request = requestOf(journal, 3, 3)
  const again = planOf(journal, 3, requestOf(journal, 0, 3))
  deepEqual(again.status === 'accept' && again.checkpoint, journal.checkpoints[0])
  const [checkpoint = null] = journal.checkpoints
  const idle = planOf(journal, 3, { ...request, checkpoint })
  deepEqual(idle.status === 'accept' && idle.checkpoint, checkpoint)
  const lie = checkpoint === null ? null : { ...checkpoint, root: 'ab'.repeat(32) }
  const refused = planOf(journal, 3, { ...request, checkpoint: lie })
  equal(refused.status === 'accept' && refused.checkpoint, null)
  if (checkpoint === null) return
  const { signature: _, ...note } = checkpoint
  equal(cosign({ ...note, signature: '' }, signer), checkpoint.signature)
})
