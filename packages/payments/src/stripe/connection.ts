import Stripe from 'stripe'

/** Whom to talk to: Stripe itself, unless an address says otherwise. */
export interface ConnectionOptions {
  readonly secretKey: string
  readonly baseUrl?: string
}

/**
 * A client of the SDK. A sandbox is reached by host, port and protocol alone, so that everything
 * else is what talks to Stripe. The SDK's retries are off, and it reports no usage. [PR18]
 */
export function connectStripe(options: ConnectionOptions, deadlineMs: number): Stripe {
  const settings = { maxNetworkRetries: 0, timeout: Math.ceil(deadlineMs), telemetry: false }
  if (options.baseUrl === undefined) return new Stripe(options.secretKey, settings)
  const { hostname, port, protocol } = new URL(options.baseUrl)
  const isPlain = protocol === 'http:'
  return new Stripe(options.secretKey, {
    ...settings,
    host: hostname,
    port: port === '' ? (isPlain ? 80 : 443) : Number(port),
    protocol: isPlain ? 'http' : 'https',
  })
}
