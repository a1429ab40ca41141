import type { EndpointObject, EventObject } from './object.ts'
import type { SandboxState } from './state.ts'
import { API_VERSION } from './version.ts'

/**
 * Record that something happened, and queue a webhook to each endpoint that wants it. Faults
 * decide here, when it is queued, whether a webhook is lost, late or sent more than once. [SB8]
 */
export function emitEvent(
  state: SandboxState,
  type: string,
  object: EventObject['data']['object'],
): void {
  const event: EventObject = {
    id: state.nextId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: state.nowSeconds(),
    data: { object },
    livemode: false,
    type,
  }
  state.events.put(event)
  for (const endpoint of state.endpoints.values()) {
    if (wants(endpoint, type)) queueDeliveries(state, endpoint, event)
  }
}

function wants({ enabled_events: enabled }: EndpointObject, type: string): boolean {
  return enabled.includes('*') || enabled.includes(type)
}

function queueDeliveries(state: SandboxState, endpoint: EndpointObject, event: EventObject): void {
  if (state.strike('lost_webhook') !== null) {
    state.count({ deliveriesLost: state.tallies.deliveriesLost + 1 })
    return
  }
  const dueMs = state.nowMs() + (state.strike('late_webhook')?.delayMs ?? 0)
  const copies = 1 + (state.strike('duplicate_webhook')?.copies ?? 0)
  for (let copy = 0; copy < copies; copy += 1) {
    state.deliveries.put({
      id: state.nextId('whd'),
      created: state.nowMs(),
      eventId: event.id,
      endpointId: endpoint.id,
      attempt: 0,
      dueMs,
    })
  }
}
