import {
  bytesToBase64Url,
  err,
  ok,
  storedMethodId,
  type BuyerPass,
  type NodeId,
  type Result,
} from '@nightmarket/kernel'
import {
  generateRegistrationOptions,
  verifyRegistrationResponse,
  type PublicKeyCredentialCreationOptionsJSON,
  type RegistrationResponseJSON,
} from '@simplewebauthn/server'

import type { Core } from '../core.ts'
import { findOrder } from '../order/order-row.ts'
import { passOf } from './customer.ts'
import {
  CHALLENGE_MS,
  issueChallenge,
  relyingPartyOf,
  spendChallenge,
  type OriginUnfit,
} from './passkey-challenge.ts'

/** What a device shows its owner beside the passkey. Nothing about a person is known or asked. */
const PASSKEY_NAME = 'Night market'

/**
 * EdDSA, ES256, RS256 (COSE numbers): what every phone has. A tap travels with each order, and the
 * newer ML-DSA signatures would be longer than the order itself.
 */
const ALGORITHMS = [-8, -7, -257]

/** Who asks to be remembered: the buyer of an order, at the edge that sold it. */
export interface RememberAsk {
  readonly nodeId: NodeId
  readonly orderId: string
  readonly origin: string
}

/** Why somebody is not remembered. */
export type RememberRejection =
  | OriginUnfit
  | { readonly code: 'order_unknown' }
  | { readonly code: 'passkey_refused' }
  | { readonly code: 'method_declined'; readonly declineCode: string }

/** What a device needs in order to make a passkey for the buyer of an order. */
export async function askForPasskey(
  core: Core,
  ask: RememberAsk,
): Promise<Result<PublicKeyCredentialCreationOptionsJSON, RememberRejection>> {
  const party = relyingPartyOf(ask.origin)
  if (!party.ok) return party
  if (!(await isSoldBy(core, ask))) return err({ code: 'order_unknown' })
  const challenge = await issueChallenge(core, { ...ask, purpose: 'register' })
  const options = await generateRegistrationOptions({
    rpName: PASSKEY_NAME,
    rpID: party.value,
    userName: PASSKEY_NAME,
    challenge: Uint8Array.fromBase64(challenge, { alphabet: 'base64url' }),
    timeout: CHALLENGE_MS,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
  return ok(options)
}

/**
 * Remember a buyer: check the passkey, let the processor keep the method, and answer with the pass.
 *
 * - [BU2] A challenge is good once, for its purpose, edge, origin and order.
 * - [BU4] Who is remembered is a random number with a public key: no name, no address, no card.
 */
export async function rememberBuyer(
  core: Core,
  ask: RememberAsk & {
    readonly response: RegistrationResponseJSON
    /** The processor's payment-method id. */
    readonly reference: string
  },
): Promise<Result<BuyerPass, RememberRejection>> {
  const { nodeId, orderId, origin, response, reference } = ask
  const party = relyingPartyOf(origin)
  if (!party.ok) return party
  const scope = { purpose: 'register', nodeId, orderId, origin } as const
  const credential = await readCredential(response, {
    origin,
    rpId: party.value,
    spend: (challenge) => spendChallenge(core, challenge, scope),
  })
  if (credential === null) return err({ code: 'passkey_refused' })
  const customerId = core.newId()
  const kept = await core.vault.keep({ keepKey: customerId, reference })
  if (kept.state === 'declined') {
    return err({ code: 'method_declined', declineCode: kept.declineCode })
  }
  const row = {
    customer_id: customerId,
    method_id: storedMethodId(core.newId()),
    label: kept.method.label,
    credential_id: credential.id,
    public_key: bytesToBase64Url(Uint8Array.from(credential.publicKey)),
    sign_count: credential.counter,
    origin,
    processor_customer_id: kept.method.customerId,
    processor_method_id: kept.method.methodId,
    created_at_ms: core.nowMs(),
  }
  await core.books.transact('remember buyer', (trx) =>
    trx.insertInto('customer').values(row).execute(),
  )
  return ok(passOf(core, row))
}

async function isSoldBy(core: Core, { nodeId, orderId }: RememberAsk): Promise<boolean> {
  const order = await core.books.read('order to remember', (trx) => findOrder(trx, orderId))
  return order?.node_id === nodeId
}

/** The library throws for whatever is wrong with an answer: it is refused as a whole. */
async function readCredential(
  response: RegistrationResponseJSON,
  expected: {
    readonly origin: string
    readonly rpId: string
    readonly spend: (challenge: string) => Promise<boolean>
  },
) {
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response,
      expectedChallenge: expected.spend,
      expectedOrigin: expected.origin,
      expectedRPID: expected.rpId,
      requireUserVerification: true,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    return verified ? registrationInfo.credential : null
  } catch (error) {
    if (error instanceof Error && error.constructor === Error) return null
    throw error
  }
}
