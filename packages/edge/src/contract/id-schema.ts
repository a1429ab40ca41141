import { ID_LENGTH_MAX, type Id } from '@nightmarket/kernel'
import { z } from 'zod'

/**
 * Ids that a buyer's device makes. The stall derives ids of its own from them with `~`, and a
 * processor's client keys with `:`, so neither is theirs to send.
 */
export const CLIENT_ID_LENGTH_MAX = 120

/** An id that this market gave out. */
export function knownId<Kind extends string>(kind: Kind, example: string) {
  return idSchema<Kind>(/^[A-Za-z0-9][A-Za-z0-9._:~-]*$/, ID_LENGTH_MAX).meta({
    description: `The ${kind}’s id.`,
    examples: [example],
  })
}

/** An id that the asker makes and keeps before the first byte leaves. [O1] */
export function clientId<Kind extends string>(description: string, example: string) {
  return idSchema<Kind>(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, CLIENT_ID_LENGTH_MAX).meta({
    description,
    examples: [example],
  })
}

/** The pattern refuses what is no id, so that what passes is one. */
function idSchema<Kind extends string>(pattern: RegExp, lengthMax: number) {
  const schema = z.string().max(lengthMax).regex(pattern, 'Letters, digits and a few signs only.')
  return schema as unknown as z.ZodType<Id<Kind>, string>
}
