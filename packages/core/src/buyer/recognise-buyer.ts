import {
  base64UrlToBytes,
  err,
  ok,
  type BuyerPass,
  type NodeId,
  type Result,
} from '@nightmarket/kernel'
import {
  generateAuthenticationOptions,
  verifyAuthenticationResponse,
  type AuthenticationResponseJSON,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'

import type { Core } from '../core.ts'
import { findCustomer, passOf, type CustomerRow } from './customer.ts'
import {
  CHALLENGE_MS,
  issueChallenge,
  relyingPartyOf,
  spendChallenge,
  type OriginUnfit,
} from './passkey-challenge.ts'

/** Why a passkey opens nothing. */
export type RecogniseRejection = OriginUnfit | { readonly code: 'passkey_refused' }

/** What a device needs in order to show a passkey that it has for this origin. */
export async function askWhoItIs(
  core: Core,
  ask: { readonly nodeId: NodeId; readonly origin: string },
): Promise<Result<PublicKeyCredentialRequestOptionsJSON, RecogniseRejection>> {
  const party = relyingPartyOf(ask.origin)
  if (!party.ok) return party
  const challenge = await issueChallenge(core, { ...ask, purpose: 'renew', orderId: null })
  const options = await generateAuthenticationOptions({
    rpID: party.value,
    challenge: Uint8Array.fromBase64(challenge, { alphabet: 'base64url' }),
    timeout: CHALLENGE_MS,
    userVerification: 'required',
  })
  return ok(options)
}

/** Give a device that lost its pass, or whose pass ran out, a new one. [BU2] */
export async function recogniseBuyer(
  core: Core,
  ask: {
    readonly nodeId: NodeId
    readonly origin: string
    readonly response: AuthenticationResponseJSON
  },
): Promise<Result<BuyerPass, RecogniseRejection>> {
  const { nodeId, origin, response } = ask
  const party = relyingPartyOf(origin)
  if (!party.ok) return party
  const customer = await findCustomer(core, 'credential_id', response.id)
  if (customer === undefined || customer.origin !== origin) return err({ code: 'passkey_refused' })
  const scope = { purpose: 'renew', nodeId, origin, orderId: null } as const
  const signCount = await readSignCount(response, customer, {
    rpId: party.value,
    spend: (challenge) => spendChallenge(core, challenge, scope),
  })
  if (signCount === null) return err({ code: 'passkey_refused' })
  await core.books.transact('recognise buyer', (trx) =>
    trx
      .updateTable('customer')
      .set({ sign_count: signCount })
      .where('customer_id', '=', customer.customer_id)
      .execute(),
  )
  return ok(passOf(core, customer))
}

/** The library throws for whatever is wrong with an answer: it is refused as a whole. */
async function readSignCount(
  response: AuthenticationResponseJSON,
  customer: CustomerRow,
  expected: {
    readonly rpId: string
    readonly spend: (challenge: string) => Promise<boolean>
  },
): Promise<number | null> {
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response,
      expectedChallenge: expected.spend,
      expectedOrigin: customer.origin,
      expectedRPID: expected.rpId,
      credential: {
        id: customer.credential_id,
        publicKey: base64UrlToBytes(customer.public_key),
        counter: customer.sign_count,
      },
      requireUserVerification: true,
    })
    return verified ? authenticationInfo.newCounter : null
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) return null
    throw error
  }
}
