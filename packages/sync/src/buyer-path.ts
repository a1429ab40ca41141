/** What an edge asks its core on a buyer's behalf: `POST`, signed by the edge, JSON both ways. */
export const BUYER_PATHS = {
  /** What a buyer whose order went wrong may count on. */
  aid: '/v1/buyers/aid',
  /** What a device needs to make a passkey. */
  passkey: '/v1/buyers/passkey',
  /** The passkey that was made, and the method that it stands for. */
  remember: '/v1/buyers/remember',
  /** What a device needs to show a passkey that it has. */
  challenge: '/v1/buyers/challenge',
  /** The passkey's answer, for a new pass. */
  recognise: '/v1/buyers/recognise',
  /** Nothing of a buyer is to be kept any more. */
  forget: '/v1/buyers/forget',
} as const
