import { createEnrolment, enrolNode } from '@nightmarket/core'
import type { NodeId } from '@nightmarket/kernel'

import type { EdgeIdentity } from './sim-edge.ts'
import type { World } from './world.ts'

/**
 * Enrol a device at the core that runs now, under a key of its own; with a `nodeId`, a new epoch of
 * that node. `null` while the core is down or refuses.
 */
export async function enrolDevice(
  world: World,
  name: string,
  wanted: { readonly nodeId?: NodeId; readonly kind: 'edge' | 'till' },
): Promise<EdgeIdentity | null> {
  const { core } = world.core
  if (core === null) return null
  const ticket = await createEnrolment(core, { name, ...wanted })
  if (!ticket.ok) return null
  const key = world.signatures.createKey(`${name} ${ticket.value.code}`)
  const request = { code: ticket.value.code, publicKey: key.publicKey, name }
  const enrolled = await enrolNode(core, request)
  if (!enrolled.ok) throw new Error(`${name} cannot be enrolled: ${enrolled.error.code}`)
  return { certificate: enrolled.value.certificate, key }
}
