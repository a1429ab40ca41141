import {
  assert,
  bytesToHex,
  type Digest,
  err,
  ok,
  type Result,
  utf8ToBytes,
} from '@nightmarket/kernel'

/** How many random bytes a code is made of: 60 of their 64 bits are used. */
export const ENROLMENT_RANDOM_BYTES = 8

/** Crockford's base 32: no I, L, O or U, so that nobody has to ask which letter that is. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const CODE_LENGTH = 12
const CODE_PATTERN = /^[0-9A-HJKMNP-TV-Z]{12}$/

/** Make a code that a person can read out and type, in three groups of four. [NO1] */
export function createEnrolmentCode(random: Uint8Array): string {
  assert(random.length === ENROLMENT_RANDOM_BYTES, 'an enrolment code takes 8 random bytes')
  let bits = 0n
  for (const byte of random) bits = (bits << 8n) | BigInt(byte)
  const characters = Array.from({ length: CODE_LENGTH }, (_, index) =>
    ALPHABET.charAt(Number((bits >> BigInt(5 * index)) & 31n)),
  )
  return characters.join('').replace(/.{4}(?=.)/g, '$&-')
}

/**
 * The SHA-256 of what a person typed, the only form in which the books know a code. Case, spaces
 * and hyphens do not matter, O is read as 0, I and L as 1. [NO1]
 */
export function hashEnrolmentCode(
  text: string,
  digest: Digest,
): Result<string, { readonly code: 'enrolment_code_invalid' }> {
  const letters = text.toUpperCase().replaceAll(/[\s-]/g, '')
  const canonical = letters.replaceAll('O', '0').replaceAll(/[IL]/g, '1')
  if (!CODE_PATTERN.test(canonical)) return err({ code: 'enrolment_code_invalid' })
  return ok(bytesToHex(digest(utf8ToBytes(`nightmarket-enrolment:${canonical}`))))
}
