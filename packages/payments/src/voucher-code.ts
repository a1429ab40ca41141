import { assert, err, ok, type Digest, type Id, type Result } from '@nightmarket/kernel'

/** A voucher's secret in canonical form: 16 characters, the last one checks the others. */
export type VoucherCode = Id<'voucher-code'>

/** How many random bytes a code is made of: 75 of their 80 bits are used. */
export const VOUCHER_RANDOM_BYTES = 10

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const DATA_LENGTH = 15
const CODE_LENGTH = DATA_LENGTH + 1
/** x⁵ + x² + 1, primitive over GF(2): multiplying by x walks all 31 non-zero values. */
const POLYNOMIAL = 0b100101

/**
 * Make a code that a person can read out and type: Crockford's base 32, which has no I, L, O or U,
 * and a check character. The caller brings `VOUCHER_RANDOM_BYTES` bytes of good randomness. [VC1]
 */
export function createVoucherCode(random: Uint8Array): VoucherCode {
  assert(random.length === VOUCHER_RANDOM_BYTES, 'a voucher code takes 10 random bytes')
  let bits = 0n
  for (const byte of random) bits = (bits << 8n) | BigInt(byte)
  const digits = Array.from({ length: DATA_LENGTH }, (_, index) =>
    Number((bits >> BigInt(5 * index)) & 31n),
  )
  digits.push(checkDigit(digits))
  return digits.map((digit) => ALPHABET.charAt(digit)).join('') as VoucherCode
}

/** Write a code the way it is printed: four groups of four. */
export function formatVoucherCode(code: VoucherCode): string {
  return code.replace(/.{4}(?=.)/g, '$&-')
}

/**
 * Turn what a person typed into a code, or refuse it. Case, spaces and hyphens do not matter, O is
 * read as 0, I and L as 1; one wrong character, or two that changed places, is noticed. [VC2, VC3]
 */
export function parseVoucherCode(
  text: unknown,
): Result<VoucherCode, { readonly code: 'voucher_code_invalid' }> {
  const canonical = typeof text === 'string' && text.length <= 64 ? normalize(text) : ''
  const digits = canonical.split('').map((character) => ALPHABET.indexOf(character))
  const isWhole = digits.length === CODE_LENGTH && !digits.includes(-1)
  if (!isWhole || checkDigit(digits.slice(0, DATA_LENGTH)) !== digits[DATA_LENGTH]) {
    return err({ code: 'voucher_code_invalid' })
  }
  return ok(canonical as VoucherCode)
}

/**
 * The SHA-256 of the code in canonical form, as 64 hexadecimal digits: the only form of a voucher
 * that a journal, a receipt or a log may carry. `digest` is SHA-256. [VC4]
 */
export function voucherHash(code: VoucherCode | string, digest: Digest): string {
  const bytes = digest(new TextEncoder().encode(normalize(code)))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

function normalize(text: string): string {
  return text
    .toUpperCase()
    .replace(/[\s-]/g, '')
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
}

/** The digit that makes Σ digit·xⁱ zero in GF(32), where every weight differs from every other. */
function checkDigit(digits: readonly number[]): number {
  const sum = digits.reduce((state, digit) => timesX(state) ^ digit, 0)
  return timesX(sum)
}

function timesX(value: number): number {
  const shifted = value << 1
  return shifted > 31 ? shifted ^ POLYNOMIAL : shifted
}
