import { deepEqual, equal, throws } from 'node:assert/strict'
import { test } from 'node:test'

import fc from 'fast-check'

import {
  base64ToBytes,
  base64UrlToBytes,
  bytesToBase64,
  bytesToBase64Url,
  bytesToHex,
  bytesToUtf8,
  hexToBytes,
  isBase64Of,
  utf8ToBytes,
  writeUtf8,
} from './encoding.ts'

test('bytes come back from hexadecimal, base64 and base64url, as Node spells them', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const buffer = Buffer.from(bytes)
      equal(bytesToHex(bytes), buffer.toString('hex'))
      equal(bytesToBase64(bytes), buffer.toString('base64'))
      equal(bytesToBase64Url(bytes), buffer.toString('base64url'))
      deepEqual(hexToBytes(bytesToHex(bytes)), new Uint8Array(bytes))
      deepEqual(base64ToBytes(bytesToBase64(bytes)), new Uint8Array(bytes))
      deepEqual(base64UrlToBytes(bytesToBase64Url(bytes)), new Uint8Array(bytes))
    }),
  )
})

test('strings come back from UTF-8, a byte order mark included', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const target = new Uint8Array(text.length * 3)
      equal(bytesToUtf8(utf8ToBytes(text)), text)
      deepEqual(target.subarray(0, writeUtf8(text, target)), utf8ToBytes(text))
    }),
  )
  equal(bytesToUtf8(utf8ToBytes('\ufeffa')), '\ufeffa')
})

test('text that is not in the encoding is refused', () => {
  throws(() => hexToBytes('abc'), SyntaxError)
  throws(() => hexToBytes('zz'), SyntaxError)
  throws(() => base64ToBytes('YQ'), SyntaxError)
  throws(() => base64ToBytes('YR=='), SyntaxError)
  throws(() => base64UrlToBytes('YQ=='), SyntaxError)
  throws(() => base64UrlToBytes('+w'), SyntaxError)
  throws(() => bytesToUtf8(new Uint8Array([0xff])), TypeError)
})

test('a key in base64 has one spelling and one length', () => {
  const key = bytesToBase64(new Uint8Array(32).fill(255))
  equal(isBase64Of(key, 32), true)
  equal(isBase64Of(key, 64), false)
  equal(isBase64Of(`${key.slice(0, 42)}9=`, 32), false)
  equal(isBase64Of(` ${key.slice(0, 41)}==`, 32), false)
  equal(isBase64Of(`${key.slice(0, 20)}\n${key.slice(21)}`, 32), false)
  equal(isBase64Of(key.replaceAll('/', '_'), 32), false)
  equal(isBase64Of(7, 32), false)
})
