import type { Decision, StallAnswer, StallRejection } from './command.ts'

/** A decision that changes nothing. */
export function says(answer: StallAnswer): Decision {
  return { events: [], answer }
}

/** A decision to refuse. */
export function refuses(rejection: StallRejection): Decision {
  return says({ status: 'rejected', rejection })
}
