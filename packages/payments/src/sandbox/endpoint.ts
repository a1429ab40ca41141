import { z } from 'zod'

import type { EndpointObject } from './object.ts'
import type { SandboxState } from './state.ts'

/** What an endpoint is registered with over HTTP. */
export const endpointParameters = z.strictObject({
  url: z.url(),
  enabled_events: z.array(z.string()).min(1),
  description: z.string().optional(),
  expand: z.array(z.string()).default([]),
})

/** An address that is told about events, with the secret that its notices are signed with. */
export interface EndpointRequest {
  readonly url: string
  readonly enabled_events: readonly string[]
  /** Absent: a new one is made up and returned. */
  readonly secret?: string
}

/** Register where webhooks go. A URL that is known keeps its id and takes the new settings. */
export function createEndpoint(state: SandboxState, request: EndpointRequest): EndpointObject {
  const known = [...state.endpoints.values()].find(({ url }) => url === request.url)
  const endpoint: EndpointObject = {
    id: known?.id ?? state.nextId('we'),
    object: 'webhook_endpoint',
    created: known?.created ?? state.nowSeconds(),
    enabled_events: request.enabled_events,
    livemode: false,
    secret: request.secret ?? `whsec_${randomText()}`,
    status: 'enabled',
    url: request.url,
  }
  state.endpoints.put(endpoint)
  return endpoint
}

function randomText(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(24))
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')
}
