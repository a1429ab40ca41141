import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { canonicalJson } from './canonical-json.ts'
import type { Json } from './entry.ts'
import { PACKED_BYTES_MAX, packJson, packText, unpackJson, unpackText } from './packed-json.ts'

const UUID = '0f8e2c1a-77aa-4d4f-9f51-aaaaaaaaaaaa'
const HASH = '5e'.repeat(32)
const SIGNATURE = Buffer.alloc(64, 7).toString('base64')

/** A receipt of the usual size; what it says is of no matter here. */
function receipt() {
  const body = {
    allocations: [{ itemId: 'mug', leaseId: UUID, quantity: 1 }],
    buyerId: UUID.replace('0', '1'),
    lines: [{ quantity: 1, unitPriceMinor: 950, variantId: 'mug:blue' }],
    pin: { offerHash: null, offerId: null, releaseId: HASH, releaseNumber: 1 },
    requestHash: HASH.replaceAll('5', '6'),
  }
  const entry = { atMs: 1_795_523_456_789, body, epoch: 1, nodeId: 'bar', type: 'order.accepted' }
  const certificate = { nodeId: 'bar', publicKey: Buffer.alloc(32, 9).toString('base64') }
  const path = [HASH.replaceAll('5', '7'), HASH.replaceAll('5', '8')]
  return {
    format: 'nightmarket-receipt/1',
    entry: canonicalJson(entry),
    leafIndex: 41,
    path,
    checkpoint: { origin: 'nightmarket/bar/1', size: 42, signature: SIGNATURE },
    certificate,
  }
}

test('[PJ1] what was packed is unpacked as it was, to the letter', () => {
  deepEqual(unpackJson(packJson(receipt())), receipt())
  const texts = ['', '{"a": 1}', '{"a":1}', 'AAAAAAAAAAAAAAAAAAAAAA==']
  const odd: Json = [...texts, -1, 0.5, -0, 2 ** 53 - 1]
  deepEqual(unpackJson(packJson(odd)), odd)
  const hex = ['ab', 'abcdef0123456789', 'ABCDEF0123456789', 'abcdef012345678']
  deepEqual(unpackJson(packJson([...hex, ...hex])), [...hex, ...hex])
  const values = fc.jsonValue() as fc.Arbitrary<Json>
  fc.assert(fc.property(values, (value) => deepEqual(unpackJson(packJson(value)), value)))
})

test('[PJ1] as text it may stand behind an address, and other texts are none', () => {
  const text = packText(receipt())
  deepEqual(unpackText(text), receipt())
  deepEqual(unpackText(` https://market.example/receipt#${text}\n`), receipt())
  for (const other of ['', '#', '1.', '1.!', '{}', text.slice(2), `2.${text.slice(2)}`]) {
    equal(unpackText(other), null, other)
  }
})

test('[PJ2] a receipt takes well under half of its JSON', () => {
  const bytes = packJson(receipt()).length
  const json = JSON.stringify(receipt()).length
  ok(bytes * 2 < json, `${bytes} of ${json} bytes`)
})

test('[PJ3] bytes that are no packed JSON are refused, however they are bent', () => {
  equal(unpackJson(new Uint8Array()), null)
  equal(unpackJson(new Uint8Array(PACKED_BYTES_MAX + 1)), null)
  equal(unpackJson(Uint8Array.of(...packJson(receipt()), 0)), null, 'something is left over')
  equal(unpackJson(new Uint8Array(200).fill(7 * 16 + 1)), null, 'too deep')
  equal(unpackJson(Uint8Array.of(8 * 16 + 15, 255, 255, 255, 255, 255, 255, 255, 255)), null)
  const packed = packJson(receipt())
  fc.assert(
    fc.property(fc.nat(packed.length - 1), fc.integer({ min: 1, max: 255 }), (at, flip) => {
      const bent = Uint8Array.from(packed)
      bent[at] = (bent[at] ?? 0) ^ flip
      // Whatever it says by now, it is read without a fault.
      ok(unpackJson(bent) !== undefined)
    }),
  )
})
