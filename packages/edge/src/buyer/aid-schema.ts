import { z } from 'zod'

import { amountMinor, atMs } from '../contract/answer-schema.ts'

/** What a buyer whose order went wrong may count on, as the core says it. */
export const orderAid = z
  .strictObject({
    cause: z.enum(['payment', 'units']).meta({
      description: 'What went wrong: its payment, or that its units were not there.',
    }),
    rescueUntilMs: atMs('Until when another payment keeps the unit.').nullable(),
    voucher: z
      .strictObject({
        code: z.string().meta({ examples: ['7KQ4M-2ZD9X-VB3TC-8'] }),
        amountMinor: amountMinor('What it was issued for.'),
        remainingMinor: amountMinor('What is left on it.'),
        currency: z.string().meta({ examples: ['EUR'] }),
        expiresAtMs: atMs('When it ends.'),
      })
      .nullable(),
  })
  .meta({ ref: 'OrderAid' })

/** The same as a value. */
export type OrderAidAnswer = z.output<typeof orderAid>
