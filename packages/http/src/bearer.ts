import { bytesToHex, utf8ToBytes, type Digest, type Hash } from '@nightmarket/kernel'

const BEARER_PATTERN = /^Bearer +([\x21-\x7e]{1,512})$/i

/** The token of an `Authorization: Bearer` header; `null` when there is none. */
export function bearerToken(authorization: string | null | undefined): string | null {
  return BEARER_PATTERN.exec(authorization ?? '')?.[1] ?? null
}

/**
 * Whether a request carries the token of which only the SHA-256 is kept.
 *
 * Hashes are compared, and over their whole length, so that the time taken says nothing about the
 * token.
 */
export function isBearer(
  authorization: string | null | undefined,
  tokenHash: Hash,
  digest: Digest,
): boolean {
  const token = bearerToken(authorization)
  return token !== null && isTextEqual(bytesToHex(digest(utf8ToBytes(token))), tokenHash)
}

/** Compare two texts in a time that depends on their length only. */
export function isTextEqual(left: string, right: string): boolean {
  if (left.length !== right.length) return false
  let difference = 0
  for (let index = 0; index < left.length; index += 1) {
    difference |= left.charCodeAt(index) ^ right.charCodeAt(index)
  }
  return difference === 0
}
