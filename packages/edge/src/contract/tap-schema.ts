import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { z } from 'zod'

/** Binary data of a passkey, as browsers write it into JSON. */
function base64Url(lengthMax: number) {
  return z
    .string()
    .max(lengthMax)
    .regex(/^[A-Za-z0-9_-]*$/)
}

/** A passkey's answer, bounded; the library that checks it reads its members. */
const assertion = z
  .looseObject({
    id: base64Url(1_400),
    rawId: base64Url(1_400),
    type: z.literal('public-key'),
    response: z.looseObject({
      clientDataJSON: base64Url(2_000),
      authenticatorData: base64Url(2_000),
      signature: base64Url(2_000),
    }),
    clientExtensionResults: z.looseObject({}),
  })
  .meta({ ref: 'PasskeyAssertion' }) as unknown as z.ZodType<AuthenticationResponseJSON>

/** That the owner of a kept method tapped, for this order and at most this amount. */
export const tapProof = z
  .strictObject({
    pass: z.looseObject({}).meta({ description: 'As the market gave it.' }),
    amountMinor: z
      .int()
      .min(0)
      .meta({ description: 'The most that is paid. Minor units.', examples: [950] }),
    assertion,
  })
  .meta({
    ref: 'TapProof',
    description: 'The passkey’s signature over order, pay key, method and amount.',
  })

export type TapProof = z.output<typeof tapProof>
