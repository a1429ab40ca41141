import { equal, match, notEqual } from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'

import {
  createVoucherCode,
  formatVoucherCode,
  parseVoucherCode,
  VOUCHER_RANDOM_BYTES,
  voucherHash,
} from './voucher-code.ts'

const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()
const codes = fc
  .uint8Array({ minLength: VOUCHER_RANDOM_BYTES, maxLength: VOUCHER_RANDOM_BYTES })
  .map((random) => createVoucherCode(random))
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

test('[VC1] a code is 16 typable characters that depend on the random bytes', () => {
  const code = createVoucherCode(randomBytes(VOUCHER_RANDOM_BYTES))
  match(code, /^[0-9A-HJKMNP-TV-Z]{16}$/)
  match(formatVoucherCode(code), /^(.{4}-){3}.{4}$/)
  notEqual(createVoucherCode(randomBytes(VOUCHER_RANDOM_BYTES)), code)
})

test('[VC2] case, spaces, hyphens and O, I, L do not matter', () => {
  fc.assert(
    fc.property(codes, fc.constantFrom('I', 'L', 'i', 'l'), (code, one) => {
      const typed = formatVoucherCode(code).replaceAll('1', one).replaceAll('0', 'o')
      const parsed = parseVoucherCode(`  ${typed.toLowerCase()} `)
      return parsed.ok && parsed.value === code
    }),
  )
})

test('[VC3] any one wrong character is noticed', () => {
  const places = fc.integer({ min: 0, max: 15 })
  const wrongs = fc.constantFrom(...ALPHABET.split(''))
  fc.assert(
    fc.property(codes, places, wrongs, (code, place, wrong) => {
      if (code[place] === wrong) return true
      return !parseVoucherCode(code.slice(0, place) + wrong + code.slice(place + 1)).ok
    }),
  )
})

test('[VC3] any two different characters that changed places are noticed', () => {
  const places = fc.integer({ min: 0, max: 15 })
  fc.assert(
    fc.property(codes, places, places, (code, left, right) => {
      const characters = code.split('')
      const [first = '', second = ''] = [characters[left], characters[right]]
      if (first === second) return true
      characters[left] = second
      characters[right] = first
      return !parseVoucherCode(characters.join('')).ok
    }),
  )
})

test('[VC3] what is not a code is refused', () => {
  const lengths = [0, 1, 15, 17, 1e6].map((length) => '0'.repeat(length))
  for (const text of [...lengths, 'U'.repeat(16), 7, null]) {
    equal(parseVoucherCode(text).ok, false, String(text).slice(0, 20))
  }
})

test('[VC4] the hash is the SHA-256 of the canonical code, however it was typed', () => {
  const code = createVoucherCode(new Uint8Array(VOUCHER_RANDOM_BYTES).fill(0x11))
  const expected = createHash('sha256').update(code).digest('hex')
  equal(voucherHash(code, digest), expected)
  const typed = ` ${formatVoucherCode(code).toLowerCase()}`.replaceAll('1', 'l')
  equal(voucherHash(typed, digest), expected)
})
