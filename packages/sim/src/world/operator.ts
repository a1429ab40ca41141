import { writeOff, type Core } from '@nightmarket/core'
import type { ItemId, LeaseId } from '@nightmarket/kernel'

import { viewBooks } from '../invariant/books-view.ts'
import { enrolDevice } from './enrolment.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

type Lease = Awaited<ReturnType<typeof viewBooks>>['leases'][number]

/**
 * Give a device whose journal is of no use any more a new epoch, and write off what its old one
 * had, with a true count of what is still there. Whether the core could be reached.
 */
export async function recoverDevice(world: World, edge: SimEdge): Promise<boolean> {
  const { core } = world.core
  if (core === null || edge.identity === null || edge.isLost) return false
  const { nodeId, epoch } = edge
  const why = edge.broken ?? edge.uplink?.status().lastError?.detail ?? 'asked for'
  if (!world.oracle.excused.has(edge.name)) {
    const text = `${edge.name} needs a new epoch, and nothing was done to it: ${why}`
    world.chronicle.violate('I10', text)
  }
  edge.crash()
  const { kind } = edge.identity.certificate
  if (kind === 'core') throw new Error('a core is no device')
  const identity = await enrolDevice(world, edge.name, { nodeId, kind })
  if (identity === null) return false
  await exposeTail(world, nodeId, epoch)
  await writeOffOthers(world, core, nodeId, identity.certificate.epoch)
  edge.enrol(identity)
  world.chronicle.say('operator', `enrols ${edge.name} anew as ${nodeId}/${edge.epoch}`)
  await edge.boot()
  return true
}

/** What an ended journal had said and the core never got: kept apart, since nobody can know it. */
export async function exposeTail(world: World, nodeId: string, epoch: number): Promise<void> {
  const rows = await world.core.books.read('ended journal', (trx) =>
    trx
      .selectFrom('journal')
      .select((row) => row.fn.max('sequence').as('sequence'))
      .where('node_id', '=', nodeId)
      .where('epoch', '=', epoch)
      .execute(),
  )
  const afterSequence = Number(rows[0]?.sequence ?? 0)
  world.oracle.expose({ journal: `${nodeId}/${epoch}`, afterSequence, reason: 'lost' })
}

/** Write off all open leases of one epoch, each with a true count. */
export async function writeOffEpoch(
  world: World,
  core: Core,
  nodeId: string,
  epoch: number,
): Promise<void> {
  const { leases } = await viewBooks(world.core.books)
  for (const lease of leases) {
    if (lease.node_id === nodeId && lease.epoch === epoch) await writeOffLease(world, core, lease)
  }
}

/** Write off what every epoch but the newest has: an enrolment may have been lost on its way. */
async function writeOffOthers(
  world: World,
  core: Core,
  nodeId: string,
  newest: number,
): Promise<void> {
  const { leases } = await viewBooks(world.core.books)
  for (const lease of leases) {
    if (lease.node_id === nodeId && lease.epoch !== newest) await writeOffLease(world, core, lease)
  }
}

/** Write off what came to light of ended epochs: units that were still on their way to them. */
export async function writeOffRetired(world: World, core: Core): Promise<void> {
  const { leases, nodes } = await viewBooks(world.core.books)
  const epochs = new Map(nodes.map(({ node_id, epoch }) => [node_id, epoch]))
  for (const lease of leases) {
    if (lease.epoch !== epochs.get(lease.node_id)) await writeOffLease(world, core, lease)
  }
}

/** Write off one lease, with a count of what is really there, less what the counter overlooks. */
export async function writeOffLease(
  world: World,
  core: Core,
  lease: Lease,
  overlooked = 0,
): Promise<void> {
  const outstanding = lease.granted - lease.sold - lease.returned - lease.written_off
  if (outstanding <= 0) return
  const there = Math.max(0, outstanding - (await unheardUnits(world, lease.lease_id)) - overlooked)
  const counted = [{ itemId: lease.item_id as ItemId, quantity: there }]
  const done = await writeOff(core, { leaseId: lease.lease_id as LeaseId, counted })
  if (!done.ok) return
  const text = `writes ${lease.lease_id} off: ${there} of ${outstanding} are there`
  world.chronicle.say('operator', text)
  world.chronicle.mark('lease written off')
}

/** Units of a lease that buyers or other nodes carried away and the core has not heard of. */
async function unheardUnits(world: World, leaseId: string): Promise<number> {
  const { orders } = await viewBooks(world.core.books)
  const known = new Set(orders.map(({ order_id }) => order_id))
  let units = 0
  for (const { orderId, order } of world.oracle.promises.values()) {
    if (known.has(orderId)) continue
    for (const allocation of order.allocations) {
      if (allocation.leaseId === leaseId) units += allocation.quantity
    }
  }
  const { transfers } = await viewBooks(world.core.books)
  const booked = new Set(transfers.map(({ transfer_id }) => transfer_id))
  for (const [transferId, handed] of world.oracle.handed) {
    if (handed.leaseId === leaseId && !booked.has(transferId)) units += handed.quantity
  }
  return units
}
