import type { OperatorId } from '../id.ts'
import { parseId } from '../id.ts'
import { canonicalJson } from '../journal/canonical-json.ts'
import { utf8ToBytes } from '../journal/encoding.ts'
import { isCount, isMembers } from '../journal/fields.ts'
import type { VerifySignature } from '../journal/signature.ts'
import { err, ok, type Result } from '../result.ts'

/** What somebody at a till may do: a seller sells, a steward also gives money and units back. */
export type OperatorRole = 'seller' | 'steward'

/**
 * The slow, salted hash of a PIN, as tills check it without a network. The PIN is not in it, but a
 * patient machine could find six digits: it goes to enrolled tills only, and into no journal.
 */
export interface PinHash {
  /** 16 random bytes, hexadecimal. */
  readonly salt: string
  /** scrypt of the PIN under `PIN_SCRYPT`, 32 bytes, hexadecimal. */
  readonly hash: string
}

/** The cost of a PIN's hash: some tenths of a second on a tablet. */
export const PIN_SCRYPT = { N: 2 ** 15, r: 8, p: 1, dkLen: 32 } as const

/** Somebody who works at tills. */
export interface Operator {
  readonly operatorId: OperatorId
  readonly name: string
  readonly role: OperatorRole
}

/** An operator as a till needs to know one. */
export interface TillOperator extends Operator {
  readonly pin: PinHash
}

/** Who works at tills, signed by the market, so that a till takes it from whoever brings it. */
export interface OperatorList {
  readonly operators: readonly TillOperator[]
  /** A till keeps the newest list it has seen. */
  readonly issuedAtMs: number
  /** The market's Ed25519 over `operatorListPayload`, base64. */
  readonly signature: string
}

/** The bytes that the market's key signs. The prefix keeps them apart from all else it signs. */
export function operatorListPayload(
  list: Pick<OperatorList, 'operators' | 'issuedAtMs'>,
): Uint8Array<ArrayBuffer> {
  const operators = list.operators.map(({ operatorId, name, role, pin: { salt, hash } }) => ({
    operatorId,
    name,
    role,
    pin: { salt, hash },
  }))
  const { issuedAtMs } = list
  return utf8ToBytes(`nightmarket-operators/1\n${canonicalJson({ operators, issuedAtMs })}`)
}

/**
 * Check an untrusted list. [OP1]
 *
 * - [OP1] A list is the market's word or nothing: a name, a role or a hash that was changed on the
 *   way spoils all of it.
 */
export function verifyOperatorList(
  value: unknown,
  marketPublicKey: string,
  verify: VerifySignature,
): Result<OperatorList, { readonly code: 'operators_malformed' | 'operators_not_signed' }> {
  if (!isOperatorList(value)) return err({ code: 'operators_malformed' })
  const isSigned = verify(marketPublicKey, operatorListPayload(value), value.signature)
  return isSigned ? ok(value) : err({ code: 'operators_not_signed' })
}

function isOperatorList(value: unknown): value is OperatorList {
  if (!isMembers(value)) return false
  const { operators, issuedAtMs, signature } = value as Partial<OperatorList>
  const isFramed = isCount(issuedAtMs) && typeof signature === 'string'
  return isFramed && Array.isArray(operators) && operators.every(isTillOperator)
}

function isTillOperator(value: unknown): value is TillOperator {
  if (!isMembers(value)) return false
  const { operatorId, name, role, pin } = value as Partial<TillOperator>
  const isRole = role === 'seller' || role === 'steward'
  const isNamed = parseId(operatorId).ok && typeof name === 'string' && isRole
  return isNamed && isMembers(pin) && typeof pin.salt === 'string' && typeof pin.hash === 'string'
}
