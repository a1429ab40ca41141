import { ID_LENGTH_MAX, type Id } from '@nightmarket/kernel'
import { z } from 'zod'

/** An id of this market in a path, a query or a body. */
export function idSchema<Kind extends string>(kind: Kind, example: string) {
  const schema = z
    .string()
    .max(ID_LENGTH_MAX + 32)
    .regex(/^[A-Za-z0-9][A-Za-z0-9._:~-]*$/, 'Letters, digits and . _ : ~ - only.')
    .meta({ description: `The ${kind}’s id.`, examples: [example] })
  return schema as unknown as z.ZodType<Id<Kind>, string>
}

/** A moment, epoch milliseconds. */
export function atMs(description: string) {
  return z.int().meta({ description: `${description} Epoch milliseconds.`, examples: [1.79e12] })
}

/** An amount of money in minor units. */
export function amountMinor(description: string) {
  return z.int().meta({ description: `${description} Minor units.`, examples: [2_400] })
}

/** How many of a list to answer with. */
export function limitSchema(max: number) {
  return z.coerce.number().int().min(1).max(max).default(Math.min(max, 100))
}

/** Words of a person that stay in the books. */
export const reasonSchema = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: 'Stays in the books.', examples: ['arrived broken'] })

/** An order's id. */
export const orderIdSchema = idSchema('order', '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11')

/** What a request calls itself, so that it is done once however often it is sent. */
export const requestIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{8,80}$/, '8 to 80 letters, digits, _ and -.')
  .optional()
  .meta({
    description:
      'A fresh id for each request, kept until it is answered: sent again it is answered the ' +
      'same. Without it, the same request again is another one.',
    examples: ['7b0c1f9e-41d2-4c55-a7ce-0f7f7a3a6b52'],
  })

/** A node's id. */
export const nodeIdSchema = idSchema('node', 'b0f4d7a2-6b5e-4a0e-8f57-2a1f0d9c3e44')
