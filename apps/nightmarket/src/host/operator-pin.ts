import { randomBytes, randomInt, scryptSync } from 'node:crypto'

import { PIN_SCRYPT, type PinHash } from '@nightmarket/kernel'

/** How many digits a PIN has: quick to type with a queue in front of one. */
const PIN_DIGITS = 6

/** scrypt's own use at this cost, with room: 128 × N × r bytes. */
const SCRYPT_BYTES_MAX = 2 ** 26

/** A PIN that nobody chose: people choose birthdays. */
export function createPin(): string {
  return String(randomInt(10 ** PIN_DIGITS)).padStart(PIN_DIGITS, '0')
}

/** What the market keeps of a PIN, and tills check it by. */
export function hashPin(pin: string): PinHash {
  const salt = randomBytes(16)
  const { N, r, p, dkLen } = PIN_SCRYPT
  const hash = scryptSync(pin, salt, dkLen, { N, r, p, maxmem: SCRYPT_BYTES_MAX })
  return { salt: salt.toString('hex'), hash: hash.toString('hex') }
}
