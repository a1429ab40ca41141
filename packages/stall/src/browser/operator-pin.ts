import { scryptAsync } from '@noble/hashes/scrypt.js'

import { bytesToHex, hexToBytes, PIN_SCRYPT, type PinHash } from '@nightmarket/kernel'

/**
 * Whether a PIN is an operator's, without a network. Takes some tenths of a second on purpose, and
 * lets the page draw meanwhile. The caller counts wrong tries.
 */
export async function checkPin(pin: string, { salt, hash }: PinHash): Promise<boolean> {
  const found = bytesToHex(await scryptAsync(pin, hexToBytes(salt), PIN_SCRYPT))
  // Both are hashes: how long the comparison takes says nothing about the PIN.
  return found === hash
}
