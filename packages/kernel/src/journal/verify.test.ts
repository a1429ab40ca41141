import { deepEqual, equal } from 'node:assert/strict'
import {
  createPublicKey,
  generateKeyPairSync,
  hash,
  sign,
  verify,
  type KeyObject,
} from 'node:crypto'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { NodeId } from '../id.ts'
import { certificatePayload } from './certificate.ts'
import type { Checkpoint } from './checkpoint.ts'
import { HASH_ZERO, type Json, type SealedEntry } from './entry.ts'
import type { JournalViolation } from './journal-report.ts'
import type { NodeCertificate, Receipt } from './receipt.ts'
import { openEntry, sealEntry } from './seal.ts'
import { TestJournal } from './test-journal.ts'
import { JournalCheck, verifyJournal, VIOLATIONS_LISTED_MAX } from './verify-journal.ts'
import { verifyReceipt } from './verify-receipt.ts'

const [market, node, stranger] = [createSigner(), createSigner(), createSigner()]
const check = { digest, verify: isSigned }
const nodeId = 'edge-1' as NodeId
const trust = { ...check, nodeId, epoch: 1, publicKey: node.publicKey }

const ORDER = {
  orderId: 'order-1',
  buyerId: 'buyer-1',
  dropId: 'drop-1',
  lines: [{ variantId: 'mug', quantity: 2, unitPriceMinor: 900 }],
  totalMinor: 1800,
  currency: 'EUR',
  state: 'deferred',
}

describe('verifyReceipt', () => {
  const receipt = cutReceipt(3)

  test('[RC1] a receipt proves the order that was sold', () => {
    const result = verifyReceipt(JSON.parse(JSON.stringify(receipt)), market.publicKey, check)
    equal(result.ok, true)
    if (!result.ok) return
    deepEqual(result.value.order, ORDER)
    deepEqual([result.value.nodeId, result.value.epoch], ['edge-1', 1])
    equal(result.value.entry.sequence, 3)
  })

  test('[RC1] a receipt for each place in a journal verifies', () => {
    for (let sequence = 1; sequence <= 7; sequence++) {
      equal(verifyReceipt(cutReceipt(sequence), market.publicKey, check).ok, true)
    }
  })

  test('[RC2] a certificate that another key signed is refused', () => {
    const error = { code: 'certificate_not_signed_by_market', nodeId }
    deepEqual(verifyReceipt(receipt, stranger.publicKey, check), rejected(error))
    const certificate = { ...receipt.certificate, publicKey: stranger.publicKey }
    deepEqual(refusalOf({ ...receipt, certificate }), rejected(error))
  })

  test('[RC2] a checkpoint that another key signed is refused', () => {
    const error = { code: 'checkpoint_not_signed_by_node', nodeId }
    const checkpoint = { ...receipt.checkpoint, size: 8 }
    deepEqual(refusalOf({ ...receipt, checkpoint }), rejected(error))
    const certificate = certify({ publicKey: stranger.publicKey })
    deepEqual(refusalOf({ ...receipt, certificate }), rejected(error))
  })

  test('[RC3] a certificate, checkpoint or entry of another epoch is refused', () => {
    const certificate = certify({ epoch: 2 })
    const [expected, actual] = ['nightmarket/edge-1/2', 'nightmarket/edge-1/1']
    const error = { code: 'origin_mismatch', expected, actual }
    deepEqual(refusalOf({ ...receipt, certificate }), rejected(error))
    const { entry } = cutReceipt(3, { epoch: 2 })
    const swapped = { code: 'origin_mismatch', expected: actual, actual: expected }
    deepEqual(refusalOf({ ...receipt, entry }), rejected(swapped))
  })

  test('[RC4] an entry at another place, or changed, is refused', () => {
    const { path } = receipt
    const error = { code: 'inclusion_not_proven', leafIndex: 2, size: 7 }
    deepEqual(refusalOf({ ...receipt, path: path.slice(1) }), rejected(error))
    deepEqual(refusalOf({ ...receipt, path: [...path, HASH_ZERO] }), rejected(error))
    const entry = receipt.entry.replace('"totalMinor":1800', '"totalMinor":1')
    deepEqual(refusalOf({ ...receipt, entry }), rejected(error))
    deepEqual(
      refusalOf({ ...receipt, leafIndex: 3 }),
      rejected({ code: 'leaf_index_mismatch', expected: 2, actual: 3 }),
    )
  })

  test('[RC5] an entry that is no order, or is spelled otherwise, is refused', () => {
    const other = { code: 'entry_type_mismatch', expected: 'order.accepted', actual: 'hold.taken' }
    deepEqual(refusalOf(cutReceipt(3, { type: 'hold.taken' })), rejected(other))
    const entry = receipt.entry.replace('{', '{ ')
    deepEqual(refusalOf({ ...receipt, entry }), rejected({ code: 'entry_not_canonical' }))
    const wrong = {
      orderId: '',
      lines: [{ variantId: 'mug', quantity: 0, unitPriceMinor: 1 }],
      totalMinor: -1,
      currency: 'euro',
      state: 'lost',
    }
    for (const [field, value] of Object.entries(wrong)) {
      const body = { ...ORDER, [field]: value }
      const error = { code: 'order_field_invalid', field }
      deepEqual(refusalOf(cutReceipt(3, { body })), rejected(error))
    }
    const empty = cutReceipt(3, { body: null })
    deepEqual(refusalOf(empty), rejected({ code: 'order_field_invalid', field: 'body' }))
  })

  test('[RC6] names the member that is missing or wrong', () => {
    const refusals: readonly (readonly [unknown, string, string])[] = [
      [null, 'receipt_malformed', 'receipt'],
      [{ ...receipt, format: 'nightmarket-receipt/2' }, 'receipt_malformed', 'format'],
      [{ ...receipt, path: Array(54).fill(HASH_ZERO) }, 'receipt_malformed', 'path'],
      [{ ...receipt, path: ['0'] }, 'receipt_malformed', 'path'],
      [{ ...receipt, leafIndex: -1 }, 'receipt_malformed', 'leafIndex'],
      [{ ...receipt, entry: {} }, 'receipt_malformed', 'entry'],
      [{ ...receipt, note: 1 }, 'receipt_malformed', 'note'],
      [with_('certificate', { kind: 'shop' }), 'certificate_malformed', 'kind'],
      [with_('certificate', { publicKey: 'AA==' }), 'certificate_malformed', 'publicKey'],
      [with_('checkpoint', { root: 'x' }), 'checkpoint_malformed', 'root'],
    ]
    for (const [value, code, field] of refusals) {
      deepEqual(refusalOf(value), rejected({ code, field }))
    }
    function with_(field: 'certificate' | 'checkpoint', change: object) {
      return { ...receipt, [field]: { ...receipt[field], ...change } }
    }
  })

  test('[RC6] no change of any byte verifies, and none throws', () => {
    const text = JSON.stringify(receipt)
    const change = fc.tuple(fc.nat(text.length - 1), fc.constantFrom('0', 'a', '"', '}', '\\', ' '))
    fc.assert(
      fc.property(change, ([at, letter]) => {
        const changed = text.slice(0, at) + letter + text.slice(at + 1)
        const value = parseOrNull(changed)
        if (JSON.stringify(value) === text) return
        equal(verifyReceipt(value, market.publicKey, check).ok, false)
      }),
      { numRuns: 300 },
    )
  })

  function refusalOf(value: unknown) {
    return verifyReceipt(value, market.publicKey, check)
  }
})

describe('verifyJournal', () => {
  const journal = writeJournal([3, 1, 4, 2])
  const { entries, checkpoints } = journal

  test('[JN8] a sound journal has no violation', () => {
    const report = verifyJournal(journal, trust)
    deepEqual(report.violations, [])
    deepEqual([report.entryCount, report.checkpointCount], [10, 4])
    deepEqual(report.head, journal.head)
  })

  test('[JN8] names a text that was changed, and nothing after it', () => {
    for (let sequence = 1; sequence <= 10; sequence++) {
      const damaged = changeEntry(sequence, (entry) => ({ ...entry, text: `${entry.text} ` }))
      deepEqual(placesOf(damaged), [`hash_mismatch ${sequence}`])
    }
  })

  test('[JN8] names a hash that was changed, and nothing after it', () => {
    for (let sequence = 1; sequence <= 10; sequence++) {
      for (const other of [HASH_ZERO, 'no hash']) {
        const damaged = changeEntry(sequence, (entry) => ({ ...entry, hash: other }))
        deepEqual(placesOf(damaged), [`hash_mismatch ${sequence}`])
      }
    }
  })

  test('[JN8] names the entries that are missing, also at the end', () => {
    const cut = (from: number, through: number) =>
      placesOf(entries.filter(({ sequence }) => sequence < from || sequence > through))
    deepEqual(cut(2, 2), ['entries_missing 2-2', 'roots_unchecked 3 (4)'])
    deepEqual(cut(1, 3), ['entries_missing 1-3', 'roots_unchecked 3 (4)'])
    deepEqual(cut(10, 10), ['entries_missing 10-10', 'roots_unchecked 10 (1)'])
    // One gap, whatever was signed over it.
    deepEqual(cut(1, 10), ['entries_missing 1-10', 'roots_unchecked 3 (4)'])
    deepEqual(cut(4, 10), ['entries_missing 4-10', 'roots_unchecked 4 (3)'])
  })

  test('[JN8] names an entry that comes twice or too late', () => {
    const [first, second] = entries
    const twice = [first, first, ...entries.slice(1)] as SealedEntry[]
    deepEqual(placesOf(twice), ['entry_out_of_order 1'])
    const swapped = [second, first, ...entries.slice(2)] as SealedEntry[]
    deepEqual(placesOf(swapped), [
      'entries_missing 1-1',
      'entry_out_of_order 1',
      'roots_unchecked 3 (4)',
    ])
  })

  test('[JN8] names an entry of another journal, or at another place than it says', () => {
    const foreign = writeJournal([3, 1, 4, 2], 'edge-2' as NodeId)
    const places = placesOf(foreign.entries, foreign.checkpoints)
    equal(places.filter((place) => place.startsWith('entry_origin_mismatch')).length, 10)
    equal(places.filter((place) => place.startsWith('checkpoint_origin_mismatch')).length, 4)
    const misplaced = changeEntry(4, () => ({ ...(entries[5] as SealedEntry), sequence: 4 }))
    equal(placesOf(misplaced)[0], 'sequence_mismatch 4')
  })

  test('[JN8] names the place where history was rewritten', () => {
    const rewritten = changeEntry(2, (entry) => {
      const opened = openEntry(entry.text)
      if (!opened.ok) return entry
      return sealEntry({ ...opened.value, body: { rewritten: true } }, digest)
    })
    deepEqual(placesOf(rewritten), [
      'previous_hash_mismatch 3',
      'checkpoint_root_mismatch 3',
      'roots_unchecked 4 (3)',
    ])
  })

  test('[JN9] names a checkpoint with another root, signature, origin, order or form', () => {
    const root = changeCheckpoint(4, (checkpoint) => ({ ...checkpoint, root: HASH_ZERO }))
    deepEqual(placesOf(entries, root), [
      'checkpoint_signature_invalid 4',
      'checkpoint_root_mismatch 4',
    ])
    const signature = Buffer.alloc(64).toString('base64')
    const unsigned = changeCheckpoint(4, (checkpoint) => ({ ...checkpoint, signature }))
    deepEqual(placesOf(entries, unsigned), ['checkpoint_signature_invalid 4'])
    const origin = 'nightmarket/edge-1/9'
    const other = changeCheckpoint(4, (checkpoint) => ({ ...checkpoint, origin }))
    deepEqual(placesOf(entries, other), ['checkpoint_origin_mismatch 4'])
    const malformed = changeCheckpoint(4, (checkpoint) => ({ ...checkpoint, signature: '' }))
    deepEqual(placesOf(entries, malformed), ['checkpoint_malformed 4'])
    const twice = checkpoints.flatMap((checkpoint) => [checkpoint, checkpoint])
    deepEqual(placesOf(entries, twice).length, 4)
  })

  test('[JN9] a checkpoint in the middle of an append is checked too', () => {
    const verifier = new JournalCheck(trust)
    for (const entry of entries.slice(0, 4)) verifier.addEntry(entry)
    verifier.addCheckpoint(checkpoints[0] as Checkpoint)
    deepEqual(verifier.report().violations.map(placeOf), [
      'checkpoint_out_of_order 3',
      'entries_uncovered 1-4',
    ])
  })

  test('[JN10] a journal full of damage is counted in full and listed in part', () => {
    const count = VIOLATIONS_LISTED_MAX + 5
    const long = writeJournal([count])
    const damaged = long.entries.map((entry) => ({ ...entry, text: '{}' }))
    const report = verifyJournal({ entries: damaged, checkpoints: [] }, trust)
    equal(report.violationCount, count + 1)
    equal(report.violations.length, VIOLATIONS_LISTED_MAX + 1)
  })

  test('[JN10] any one damaged row is found, and named once', () => {
    fc.assert(
      fc.property(fc.nat(9), fc.nat(), fc.boolean(), (index, at, isText) => {
        const field = isText ? 'text' : 'hash'
        const damaged = changeEntry(index + 1, (entry) => {
          const [value, place] = [entry[field], at % entry[field].length]
          const letter = value[place] === '7' ? '8' : '7'
          return { ...entry, [field]: value.slice(0, place) + letter + value.slice(place + 1) }
        })
        deepEqual(placesOf(damaged), [`hash_mismatch ${index + 1}`])
      }),
    )
  })

  test('[JN11] names entries that no checkpoint covers', () => {
    deepEqual(placesOf(entries, checkpoints.slice(0, 2)), ['entries_uncovered 5-10'])
    deepEqual(placesOf(entries, []), ['entries_uncovered 1-10'])
    deepEqual(placesOf([], []), [])
  })

  function changeEntry(sequence: number, change: (entry: SealedEntry) => SealedEntry) {
    return entries.map((entry) => (entry.sequence === sequence ? change(entry) : entry))
  }

  function changeCheckpoint(size: number, change: (checkpoint: Checkpoint) => Checkpoint) {
    return checkpoints.map((item) => (item.size === size ? change(item) : item))
  }

  function placesOf(damaged: readonly SealedEntry[], signed = checkpoints): string[] {
    return verifyJournal({ entries: damaged, checkpoints: signed }, trust).violations.map(placeOf)
  }
})

function placeOf(violation: JournalViolation): string {
  if ('count' in violation) return `${violation.code} ${violation.fromSize} (${violation.count})`
  if ('size' in violation) return `${violation.code} ${violation.size}`
  if ('sequence' in violation) return `${violation.code} ${violation.sequence}`
  return `${violation.code} ${violation.fromSequence}-${violation.throughSequence}`
}

function writeJournal(batches: readonly number[], owner = nodeId): TestJournal {
  const journal = new TestJournal({ nodeId: owner, epoch: 1, digest, sign: node.sign })
  for (const count of batches) {
    journal.write(Array.from({ length: count }, (_, at) => ({ type: 'test.noted', body: { at } })))
  }
  return journal
}

interface Cut {
  readonly epoch?: number
  readonly type?: string
  readonly body?: Json
}

/** The receipt for one entry of a journal of seven orders. */
function cutReceipt(sequence: number, { epoch = 1, type, body }: Cut = {}): Receipt {
  const journal = new TestJournal({ nodeId, epoch, digest, sign: node.sign })
  const fact = { type: type ?? 'order.accepted', body: body === undefined ? ORDER : body }
  const { entries, checkpoint } = journal.write(Array(7).fill(fact))
  return {
    format: 'nightmarket-receipt/1',
    entry: entries[sequence - 1]?.text ?? '',
    leafIndex: sequence - 1,
    path: journal.tree.inclusionPath(sequence - 1),
    checkpoint,
    certificate: certify({ epoch }),
  }
}

function certify(change: Partial<NodeCertificate>): NodeCertificate {
  const kind = 'edge' as const
  const { publicKey } = node
  const payload = { nodeId, epoch: 1, kind, publicKey, issuedAtMs: 1_700_000_000_000, ...change }
  return { ...payload, signature: market.sign(certificatePayload(payload)) }
}

function createSigner() {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const raw = Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')
  return {
    publicKey: raw.toString('base64'),
    sign: (message: Uint8Array) => sign(null, message, privateKey).toString('base64'),
  }
}

function isSigned(publicKey: string, message: Uint8Array, signature: string): boolean {
  return verify(null, message, keyOf(publicKey), Buffer.from(signature, 'base64'))
}

function keyOf(publicKey: string): KeyObject {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  return createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
}

function digest(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

function rejected<E>(error: E) {
  return { ok: false, error }
}
