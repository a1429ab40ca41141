import { deepEqual, equal, throws } from 'node:assert/strict'
import { describe, test } from 'node:test'

import fc from 'fast-check'

import { canonicalJson, canonicalNumber, findJsonFlaw, JSON_DEPTH_MAX } from './canonical-json.ts'
import type { Json } from './entry.ts'

/** RFC 8785 appendix B: the IEEE 754 bits, and the spelling. */
const NUMBERS = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
] as const

describe('canonicalJson', () => {
  test('[JN1] sorts by UTF-16 code units, as in RFC 8785 §3.2.3', () => {
    const text = canonicalJson({
      '\u20ac': 'Euro Sign',
      '\r': 'Carriage Return',
      '\ufb33': 'Hebrew Letter Dalet With Dagesh',
      '1': 'One',
      '\ud83d\ude00': 'Emoji: Grinning Face',
      '\u0080': 'Control',
      '\u00f6': 'Latin Small Letter O With Diaeresis',
    })
    equal(
      text,
      '{"\\r":"Carriage Return","1":"One","\u0080":"Control",' +
        '"\u00f6":"Latin Small Letter O With Diaeresis","\u20ac":"Euro Sign",' +
        '"\ud83d\ude00":"Emoji: Grinning Face","\ufb33":"Hebrew Letter Dalet With Dagesh"}',
    )
  })

  test('[JN1] sorts keys that the engine would sort as numbers', () => {
    equal(canonicalJson({ 9: 1, 10: 2, 1: { 20: 3, 3: 4 } }), '{"1":{"20":3,"3":4},"10":2,"9":1}')
  })

  test('[JN1] leaves out members that are undefined', () => {
    equal(canonicalJson({ b: undefined, a: 1 }), '{"a":1}')
    equal(canonicalJson({ c: 2, b: undefined, a: 1 }), '{"a":1,"c":2}')
  })

  test('[JN2] spells strings, literals and fractions as in RFC 8785 §3.2.2', () => {
    const value = JSON.parse(`{
      "numbers": [333333333.33333329, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`) as Json
    equal(
      canonicalJson(value),
      '{"literals":[null,true,false],"numbers":[333333333.3333333,4.5,0.002,1e-27],' +
        '"string":"\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    )
  })

  test('[JN2] spells every number of RFC 8785 appendix B', () => {
    for (const [bits, spelling] of NUMBERS) {
      const value = new DataView(Uint8Array.fromHex(bits).buffer).getFloat64(0)
      equal(canonicalNumber(value), spelling)
      if (!Number.isInteger(value)) equal(canonicalJson(value), spelling)
    }
  })

  test('[JN3] what no journal may hold is a defect, wherever it hides', () => {
    const flaws: readonly (readonly [unknown, string])[] = [
      [NaN, 'number_unsafe'],
      [Infinity, 'number_unsafe'],
      [2 ** 53, 'number_unsafe'],
      [-1e30, 'number_unsafe'],
      ['\ud800', 'text_malformed'],
      ['\udc00\ud800', 'text_malformed'],
      [undefined, 'not_json'],
      [10n, 'not_json'],
      [() => 1, 'not_json'],
      [new Map(), 'not_json'],
      [new Date(0), 'not_json'],
      [nest(JSON_DEPTH_MAX + 1), 'too_deep'],
    ]
    for (const [value, flaw] of flaws) {
      for (const holder of [value, [1, value], { z: { b: [value] }, a: 1 }]) {
        if (holder === value || value !== undefined) equal(findJsonFlaw(holder), flaw)
        throws(() => canonicalJson(holder as Json), new RegExp(flaw))
      }
    }
    throws(() => canonicalJson({ '\ud800': 1 }), /text_malformed/)
    throws(() => canonicalNumber(NaN), /finite/)
    equal(findJsonFlaw(nest(JSON_DEPTH_MAX)), null)
  })

  test('[JN2] parsing what was spelled gives the value back', () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        deepEqual(JSON.parse(canonicalJson(value)), JSON.parse(JSON.stringify(value)))
      }),
    )
  })

  test('[JN1] the order of keys in memory does not matter', () => {
    fc.assert(
      fc.property(jsonValue(), fc.infiniteStream(fc.nat()), (value, choices) => {
        equal(canonicalJson(shuffleKeys(value, choices)), canonicalJson(value))
      }),
    )
  })

  test('[JN1] spelling again changes nothing', () => {
    fc.assert(
      fc.property(jsonValue(), (value) => {
        const text = canonicalJson(value)
        equal(canonicalJson(JSON.parse(text) as Json), text)
      }),
    )
  })
})

function jsonValue(): fc.Arbitrary<Json> {
  const unit = fc
    .oneof(fc.nat(0x7f), fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
    .map((code) => String.fromCodePoint(code))
  const text = fc.string({ unit, maxLength: 8 })
  const key = fc.oneof(text, fc.nat(30).map(String))
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      fc.constantFrom(null, true, false),
      fc.maxSafeInteger(),
      fc.double({ min: -1e9, max: 1e9, noNaN: true }),
      text,
      fc.array(tie('value'), { maxLength: 5 }),
      fc.dictionary(key, tie('value'), { maxKeys: 6 }),
    ),
  }))
  return fc.dictionary(key, value, { minKeys: 2, maxKeys: 8 })
}

function shuffleKeys(value: Json, choices: Iterator<number>): Json {
  if (value === null || typeof value !== 'object') return value
  if (Array.isArray(value)) return value.map((item: Json) => shuffleKeys(item, choices))
  const left = Object.entries(value)
  const shuffled: [string, Json][] = []
  while (left.length > 0) {
    const [taken] = left.splice((choices.next().value as number) % left.length, 1)
    if (taken?.[1] !== undefined) shuffled.push([taken[0], shuffleKeys(taken[1], choices)])
  }
  return Object.fromEntries(shuffled)
}

function nest(depth: number): Json {
  let value: Json = 1
  for (let level = 0; level < depth; level++) value = [value]
  return value
}
