import type { AuthenticationResponseJSON, RegistrationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

import { atMs, orderIdSchema } from './id-schema.ts'

/** Binary data of a passkey, as browsers write it into JSON. */
function base64Url(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .regex(/^[A-Za-z0-9_-]*$/)
}

const origin = z
  .string()
  .max(200)
  .meta({ description: 'Of the page.', examples: ['https://north.example'] })

const credential = z.looseObject({
  id: base64Url(1_400),
  rawId: base64Url(1_400),
  type: z.literal('public-key'),
})

/** Checked member by member by the library that reads it; here it is bounded. */
const registration = credential
  .extend({
    response: z.looseObject({
      clientDataJSON: base64Url(2_000),
      attestationObject: base64Url(8_000),
    }),
    clientExtensionResults: z.looseObject({}),
  })
  .meta({ ref: 'RegistrationResponse' }) as unknown as z.ZodType<RegistrationResponseJSON>

const assertion = credential
  .extend({
    response: z.looseObject({
      clientDataJSON: base64Url(2_000),
      authenticatorData: base64Url(2_000),
      signature: base64Url(2_000),
    }),
    clientExtensionResults: z.looseObject({}),
  })
  .meta({ ref: 'AuthenticationResponse' }) as unknown as z.ZodType<AuthenticationResponseJSON>

/** An order's buyer asks to be remembered. */
export const passkeyRequest = z
  .strictObject({ orderId: orderIdSchema, origin })
  .meta({ ref: 'PasskeyRequest' })

/** The passkey that was made, and the method it is to stand for. */
export const rememberRequest = z
  .strictObject({
    orderId: orderIdSchema,
    origin,
    reference: z
      .string()
      .min(1)
      .max(255)
      .regex(/^[\x21-\x7e]+$/)
      .meta({ description: 'The processor’s id of the payment method.' }),
    response: registration,
  })
  .meta({ ref: 'RememberRequest' })

/** Somebody says that they are remembered here. */
export const challengeRequest = z.strictObject({ origin }).meta({ ref: 'ChallengeRequest' })

/** The passkey's answer. */
export const recogniseRequest = z
  .strictObject({ origin, response: assertion })
  .meta({ ref: 'RecogniseRequest' })

/** What a buyer who is remembered carries. */
export const passAnswer = z
  .strictObject({
    methodId: z.string().meta({ examples: ['stored.7b0c1f9e-41d2-4c55-a7ce-0f7f7a3a6b52'] }),
    label: z.string().meta({ examples: ['Visa ·· 4242'] }),
    credentialId: z.string(),
    publicKey: z.string().meta({ description: 'COSE, base64url.' }),
    origin: z.string(),
    expiresAtMs: atMs('Until when it is good without a word from the core.'),
    signature: z.string().meta({ description: 'The market’s Ed25519, base64.' }),
  })
  .meta({ ref: 'BuyerPass' })

/** Nothing is to be kept any more of whoever has this pass. */
export const forgetRequest = z
  .strictObject({ pass: z.looseObject({}) })
  .meta({ ref: 'ForgetRequest' })

/** What a browser is asked to do with its passkeys. */
export const passkeyOptions: z.ZodType<object> = z
  .looseObject({ challenge: z.string() })
  .meta({ ref: 'PasskeyOptions', description: 'For `navigator.credentials`, as JSON.' })
