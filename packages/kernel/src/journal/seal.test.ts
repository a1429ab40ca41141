import { deepEqual, equal, throws } from 'node:assert/strict'
import { hash } from 'node:crypto'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import type { NodeId } from '../id.ts'
import { canonicalJson } from './canonical-json.ts'
import {
  checkpointNote,
  checkpointOrigin,
  parseCheckpoint,
  parseCheckpointOrigin,
} from './checkpoint.ts'
import { HASH_ZERO, JOURNAL_EMPTY, type JournalEntry, type Json } from './entry.ts'
import { checkSealed, createSealer, openEntry, sealEntry } from './seal.ts'

const ENTRY: JournalEntry = {
  nodeId: 'edge-1' as NodeId,
  epoch: 2,
  sequence: 1,
  previousHash: HASH_ZERO,
  atMs: 1_700_000_000_000,
  monotonicMs: 12,
  type: 'ticket.left',
  body: { ticketId: 'ticket-1', reason: 'left' },
}

const TEXT =
  '{"atMs":1700000000000,"body":{"reason":"left","ticketId":"ticket-1"},"epoch":2,' +
  '"monotonicMs":12,"nodeId":"edge-1","previousHash":' +
  '"0000000000000000000000000000000000000000000000000000000000000000",' +
  '"sequence":1,"type":"ticket.left"}'

describe('sealEntry', () => {
  test('[JN4] hashes 0x00 and the canonical text', () => {
    const sealed = sealEntry(ENTRY, digest)
    equal(sealed.text, TEXT)
    equal(sealed.text, canonicalJson(ENTRY as unknown as Json))
    equal(sealed.hash, hash('sha256', `\0${TEXT}`))
    equal(sealed.sequence, 1)
  })

  test('[JN4] a sealer gives what sealEntry gives, whatever came before', () => {
    const seal = createSealer(digest)
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', size: 'large' }), fc.nat(), (text, times) => {
        const entry = { ...ENTRY, body: { text: text.repeat(times % 20) } }
        deepEqual(seal(entry), sealEntry(entry, digest))
      }),
      { numRuns: 50 },
    )
  })

  test('[JN4] a header that is no whole number, or no hash, is a defect', () => {
    throws(() => sealEntry({ ...ENTRY, sequence: 0 }, digest), /sequence/)
    throws(() => sealEntry({ ...ENTRY, atMs: 0.5 }, digest), /atMs/)
    throws(() => sealEntry({ ...ENTRY, monotonicMs: -1 }, digest), /monotonicMs/)
    throws(() => sealEntry({ ...ENTRY, epoch: NaN }, digest), /epoch/)
    throws(() => sealEntry({ ...ENTRY, previousHash: 'x' }, digest), /previousHash/)
  })
})

describe('openEntry', () => {
  test('[JN5] opens what was sealed', () => {
    deepEqual(openEntry(TEXT), { ok: true, value: JSON.parse(TEXT) })
  })

  test('[JN5] refuses text that is no JSON object, or holds what no journal may', () => {
    for (const text of ['', '{', 'null', '[]', '7', `${TEXT}}`, '\u0000']) {
      deepEqual(openEntry(text), rejected({ code: 'entry_unreadable', flaw: 'not_json' }))
    }
    const bodies = [
      ['"\\ud800"', 'text_malformed'],
      ['9007199254740992', 'number_unsafe'],
      ['['.repeat(100_000) + ']'.repeat(100_000), 'too_deep'],
    ] as const
    for (const [body, flaw] of bodies) {
      deepEqual(openEntry(withBody(body)), rejected({ code: 'entry_unreadable', flaw }))
    }
  })

  test('[JN5] refuses and names a member that is missing, of another type, or not ours', () => {
    const wrong: Record<keyof JournalEntry, readonly unknown[]> = {
      nodeId: ['', 'a/b', 7, null],
      epoch: [-1, 1.5, '1'],
      sequence: [0, -1, 1.5, '1'],
      previousHash: ['', HASH_ZERO.slice(1), 'G'.repeat(64), 0],
      atMs: [-1, 0.5, '0', null],
      monotonicMs: [-1, 0.5],
      type: ['', 'x'.repeat(65), 1],
      body: [undefined],
    }
    for (const [field, values] of Object.entries(wrong)) {
      for (const value of [...values, undefined]) {
        const text = canonicalJson({ ...ENTRY, [field]: value })
        deepEqual(openEntry(text), rejected({ code: 'entry_field_invalid', field }))
      }
    }
    for (const field of ['hash', '__proto__', 'constructor']) {
      const text = `{${JSON.stringify(field)}:1,${TEXT.slice(1)}`
      deepEqual(openEntry(text), rejected({ code: 'entry_field_invalid', field }))
    }
  })

  test('[JN5] refuses every other spelling of the same entry', () => {
    const spellings = [
      ` ${TEXT}`,
      TEXT.replace('"epoch":2', '"epoch": 2'),
      TEXT.replace('"epoch":2', '"epoch":2.0'),
      TEXT.replace('"epoch":2', '"epoch":2,"epoch":2'),
      TEXT.replace('left"', '\\u006ceft"'),
      withBody('{"ticketId":"ticket-1","reason":"left"}'),
      withBody('-0'),
    ]
    for (const text of spellings) {
      deepEqual(openEntry(text), rejected({ code: 'entry_not_canonical' }))
    }
  })
})

describe('checkSealed', () => {
  const first = sealEntry(ENTRY, digest)
  const second = sealEntry({ ...ENTRY, sequence: 2, previousHash: first.hash }, digest)

  test('[JN6] accepts the entry that follows', () => {
    equal(checkSealed(JOURNAL_EMPTY, first, digest).ok, true)
    equal(checkSealed(first, second, digest).ok, true)
  })

  test('[JN6] names the sequence and what differs', () => {
    const at = { sequence: 2, expected: 2 }
    const jump = sealEntry({ ...ENTRY, sequence: 3, previousHash: first.hash }, digest)
    const fork = sealEntry({ ...ENTRY, sequence: 2, previousHash: second.hash }, digest)
    const torn = { ...second, text: second.text.slice(0, 40) }
    const tornHash = hash('sha256', `\0${torn.text}`)
    const flipped = `${second.hash.slice(0, 63)}${second.hash.endsWith('0') ? '1' : '0'}`
    const refusals = [
      [jump, { code: 'sequence_mismatch', ...at, actual: 3 }],
      [first, { code: 'sequence_mismatch', ...at, actual: 1 }],
      [{ ...jump, sequence: 2 }, { code: 'sequence_mismatch', ...at, actual: 3 }],
      [torn, mismatch('hash_mismatch', second.hash, tornHash)],
      [{ ...second, hash: flipped }, mismatch('hash_mismatch', flipped, second.hash)],
      [
        { ...torn, hash: tornHash },
        { code: 'entry_unreadable', flaw: 'not_json', sequence: 2 },
      ],
      [fork, mismatch('previous_hash_mismatch', first.hash, second.hash)],
    ] as const
    for (const [sealed, error] of refusals) {
      deepEqual(checkSealed(first, sealed, digest), rejected(error))
    }
  })

  function mismatch(code: string, expected: string, actual: string) {
    return { code, sequence: 2, expected, actual }
  }
})

describe('checkpoint', () => {
  const note = { origin: 'nightmarket/edge-1/2', size: 7, root: HASH_ZERO }

  test('[JN7] the note has the three lines of C2SP', () => {
    const root = 'A'.repeat(43)
    equal(checkpointNote(note), `nightmarket/edge-1/2\n7\n${root}=\n`)
  })

  test('[JN7] an origin names its node and epoch, in one spelling', () => {
    equal(checkpointOrigin('edge-1' as NodeId, 2), note.origin)
    deepEqual(parseCheckpointOrigin(note.origin), {
      ok: true,
      value: { nodeId: 'edge-1', epoch: 2 },
    })
    const wrong = [
      '',
      7,
      'nightmarket/edge-1',
      'nightmarket/edge-1/02',
      'nightmarket/edge-1/-1',
      'nightmarket//1',
      'nightmarket/a b/1',
      'nightmarket/edge-1/9007199254740992',
      'nightmarket/edge-1/2\n',
      'other/edge-1/2',
    ]
    for (const origin of wrong) {
      deepEqual(parseCheckpointOrigin(origin), rejected({ code: 'origin_invalid' }))
    }
  })

  test('[JN7] an untrusted checkpoint is parsed, or its wrong member named', () => {
    const signature = Buffer.alloc(64).toString('base64')
    deepEqual(parseCheckpoint({ ...note, signature }).ok, true)
    const wrong = {
      origin: 'x',
      size: -1,
      root: HASH_ZERO.slice(1),
      signature: signature.slice(4),
      extra: 1,
    }
    for (const [field, value] of Object.entries(wrong)) {
      const error = { code: 'checkpoint_malformed', field }
      deepEqual(parseCheckpoint({ ...note, signature, [field]: value }), rejected(error))
    }
    const error = { code: 'checkpoint_malformed', field: 'checkpoint' }
    for (const value of [null, 'note', []]) deepEqual(parseCheckpoint(value), rejected(error))
  })
})

function digest(bytes: Uint8Array): Uint8Array {
  return hash('sha256', bytes, 'buffer')
}

function withBody(json: string): string {
  return TEXT.replace('{"reason":"left","ticketId":"ticket-1"}', json)
}

function rejected<E>(error: E) {
  return { ok: false, error }
}
