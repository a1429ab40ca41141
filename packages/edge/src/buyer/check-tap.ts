import {
  base64UrlToBytes,
  bytesToBase64Url,
  err,
  isStoredMethod,
  ok,
  tapText,
  utf8ToBytes,
  verifyBuyerPass,
  type BuyerPass,
  type PassRejection,
  type PaymentWish,
  type Result,
} from '@nightmarket/kernel'

import type { TapProof } from '../contract/tap-schema.ts'
import type { EdgeDeps } from '../edge-deps.ts'

/** Why a tap does not count as its owner's. */
export interface TapUnproven {
  readonly code: 'tap_unproven'
  readonly reason: PassRejection['code'] | 'proof_missing' | 'other_method' | 'over' | 'signature'
}

/** What taps are checked with: nothing of it is secret, and nothing of it is remembered. */
export type TapDeps = Pick<EdgeDeps, 'stage' | 'now' | 'digest'>

/**
 * Check that whoever owns a kept method tapped for this order, with no word from the core.
 *
 * - [OT1] A kept method pays only with its pass, under the market's signature, and its passkey's
 *   signature over order, pay key, method and the most that is paid, made on the pass's own origin
 *   by somebody whom the device recognised. Any other payment needs no proof, and takes none.
 * - [OT2] What was signed for one order, key, method or amount proves nothing of another. Sent
 *   again it is the same order.
 */
export async function checkTap(
  { payment, proof }: { readonly payment: PaymentWish; readonly proof: TapProof | undefined },
  bought: { readonly orderId: string; readonly amountMinor: number },
  deps: TapDeps,
): Promise<Result<null, TapUnproven>> {
  const { reference, payKey } = payment
  const isStored = payment.method === 'card' && isStoredMethod(reference)
  if (!isStored) return proof === undefined ? ok(null) : unproven('other_method')
  if (proof === undefined) return unproven('proof_missing')
  const { stage } = deps
  if (stage === undefined) return unproven('pass_not_signed')
  const { marketPublicKey, verify } = stage
  const pass = verifyBuyerPass(proof.pass, { marketPublicKey, verify, nowMs: deps.now().atMs })
  if (!pass.ok) return unproven(pass.error.code)
  if (pass.value.methodId !== reference) return unproven('other_method')
  if (bought.amountMinor > proof.amountMinor) return unproven('over')
  const { orderId } = bought
  const text = tapText({ orderId, payKey, methodId: reference, amountMinor: proof.amountMinor })
  const challenge = bytesToBase64Url(Uint8Array.from(deps.digest(utf8ToBytes(text))))
  const isSigned = await isAnswered(pass.value, proof, challenge)
  return isSigned ? ok(null) : unproven('signature')
}

function unproven(reason: TapUnproven['reason']): Result<null, TapUnproven> {
  return err({ code: 'tap_unproven', reason })
}

/** The library throws for whatever is wrong with an answer. It is loaded at the first tap. */
async function isAnswered(
  pass: BuyerPass,
  { assertion }: TapProof,
  challenge: string,
): Promise<boolean> {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  try {
    const { verified } = await verifyAuthenticationResponse({
      response: assertion,
      expectedChallenge: challenge,
      expectedOrigin: pass.origin,
      expectedRPID: new URL(pass.origin).hostname,
      // A counter means nothing to an edge that may be cut off: see decision 161.
      credential: {
        id: pass.credentialId,
        publicKey: base64UrlToBytes(pass.publicKey),
        counter: 0,
      },
      requireUserVerification: true,
    })
    return verified
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) return false
    throw error
  }
}
