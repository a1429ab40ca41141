import { canonicalJson } from '../journal/canonical-json.ts'
import { utf8ToBytes } from '../journal/encoding.ts'
import { isCount, isMembers } from '../journal/fields.ts'
import type { VerifySignature } from '../journal/signature.ts'
import { err, ok, type Result } from '../result.ts'

/**
 * What a buyer who is remembered carries on their own device: which passkey stands for which kept
 * payment method. The market signs it, so that any edge checks a tap with no word from the core.
 */
export interface BuyerPass {
  /** What journals name the kept method by: `stored.` and a random id. */
  readonly methodId: string
  /** What its owner knows the method by, such as `Visa ·· 4242`. */
  readonly label: string
  readonly credentialId: string
  /** The passkey's public key: COSE, base64url. */
  readonly publicKey: string
  /** The origin whose pages may use the passkey. */
  readonly origin: string
  readonly expiresAtMs: number
  /** The market's Ed25519 over `buyerPassPayload`, base64. */
  readonly signature: string
}

/** Why a pass is worth nothing. */
export type PassRejection = {
  readonly code: 'pass_malformed' | 'pass_not_signed' | 'pass_expired'
}

/** How the reference of a kept method begins, in orders and journals. */
const STORED = 'stored.'

/** The name of a kept method in journals, from a random id. */
export function storedMethodId(id: string): string {
  return STORED + id
}

/** Whether a payment's reference names a kept method, which wants its owner's tap. */
export function isStoredMethod(reference: string | null | undefined): reference is string {
  return reference?.startsWith(STORED) === true
}

/** The bytes that the market's key signs. The prefix keeps them apart from all else it signs. */
export function buyerPassPayload(pass: Omit<BuyerPass, 'signature'>): Uint8Array<ArrayBuffer> {
  const { methodId, label, credentialId, publicKey, origin, expiresAtMs } = pass
  const content = { methodId, label, credentialId, publicKey, origin, expiresAtMs }
  return utf8ToBytes(`nightmarket-buyer-pass/1\n${canonicalJson(content)}`)
}

/**
 * Check an untrusted pass.
 *
 * - [BP1] A pass is the market's word or nothing, until it expires.
 */
export function verifyBuyerPass(
  value: unknown,
  by: {
    readonly marketPublicKey: string
    readonly verify: VerifySignature
    readonly nowMs: number
  },
): Result<BuyerPass, PassRejection> {
  if (!isBuyerPass(value)) return err({ code: 'pass_malformed' })
  if (!by.verify(by.marketPublicKey, buyerPassPayload(value), value.signature)) {
    return err({ code: 'pass_not_signed' })
  }
  return by.nowMs < value.expiresAtMs ? ok(value) : err({ code: 'pass_expired' })
}

const TEXTS = ['methodId', 'label', 'credentialId', 'publicKey', 'origin', 'signature'] as const

function isBuyerPass(value: unknown): value is BuyerPass {
  if (!isMembers(value)) return false
  const pass = value as Partial<BuyerPass>
  return isCount(pass.expiresAtMs) && TEXTS.every((name) => typeof pass[name] === 'string')
}
