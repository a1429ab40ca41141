/** The longest address taken from a header: as long as the longest IPv6 address with a zone. */
const ADDRESS_LENGTH_MAX = 64

/** Tells whose word on addresses is taken. */
export type IsTrustedProxy = (address: string) => boolean

/**
 * The address of who asks, for limits and nothing else.
 *
 * It is the peer's own, unless the peer is a proxy that the operator trusts: then the last address
 * in `X-Forwarded-For` that no trusted proxy has. What stands before it anybody could have written.
 */
export function clientAddress(
  peer: string,
  forwardedFor: string | null,
  isTrusted: IsTrustedProxy,
): string {
  if (forwardedFor === null || !isTrusted(peer)) return peer
  const hops = forwardedFor.split(',').map((hop) => hop.trim())
  const client = hops.findLast((hop) => !isTrusted(hop)) ?? hops[0] ?? ''
  return client === '' ? peer : client.slice(0, ADDRESS_LENGTH_MAX)
}
