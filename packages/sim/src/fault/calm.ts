import { listMismatches, payOutCash, releaseOrder, revokeNode } from '@nightmarket/core'
import type { OrderId, RefundId } from '@nightmarket/kernel'

import { viewBooks } from '../invariant/books-view.ts'
import {
  exposeTail,
  recoverDevice,
  writeOffEpoch,
  writeOffRetired,
} from '../world/operator.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { Stage } from './stage.ts'

/** Every fault ends: lines carry, disks write, clocks are right, whatever still exists runs. */
export function calmDown(stage: Stage): void {
  const { world } = stage
  world.isCalm = true
  stage.say('everything calms down')
  stage.clear()
  world.core.fates.next = null
  world.core.process?.resume()
  world.core.start()
  for (const edge of world.edges) {
    edge.process?.resume()
    edge.link.isCalm = true
    Object.assign(edge.disk, { isFull: false, isUnreadable: false, readMs: 0, writeMs: [1, 6] })
    edge.disk.faults = []
    edge.clock.setSkew(0)
    if (edge.name.includes('clone')) discard(edge)
    else void edge.boot()
  }
}

/** A person goes through the house once a minute and does what is on the screens. */
export async function tend(stage: Stage): Promise<void> {
  const { world } = stage
  const { core } = world.core
  if (core === null) return
  for (const edge of world.edges) {
    if (edge.identity === null || edge.name.includes('clone')) continue
    await restartStuck(stage, edge)
    if (edge.isLost) await buryDevice(stage, edge)
    else if (needsNewEpoch(edge)) await recoverDevice(world, edge)
  }
  await writeOffRetired(world, core)
  for (const rogue of stage.rogues) await rogue.retire()
  const { orders, refunds } = await viewBooks(world.core.books)
  for (const { order_id, state, is_contested } of orders) {
    if (state === 'rescue' && is_contested === 1) await releaseOrder(core, order_id as OrderId)
  }
  for (const { refund_id, state } of refunds) {
    if (state === 'owed') await payOutCash(core, refund_id as RefundId)
  }
  await listMismatches(core)
}

function needsNewEpoch(edge: SimEdge): boolean {
  const frozen = edge.stall?.state.frozen ?? null
  const refused = edge.uplink?.status().refused ?? null
  return edge.broken !== null || (frozen !== null && frozen !== 'closed') || refused !== null
}

/** A stall whose disk did not come back within a minute is switched off and on: it may not boot. */
async function restartStuck(stage: Stage, edge: SimEdge): Promise<void> {
  if (edge.stall?.notSelling() !== 'storage') return void stage.stuck.delete(edge)
  if (!stage.stuck.has(edge)) return void stage.stuck.add(edge)
  stage.stuck.delete(edge)
  edge.crash()
  await edge.boot()
}

async function buryDevice(stage: Stage, edge: SimEdge): Promise<void> {
  const { world } = stage
  const { core } = world.core
  if (core === null) return
  const { nodeId, epoch } = edge
  // A slip for it that comes to light late is one more lease that nobody will answer for.
  if (stage.buried.has(edge)) return writeOffEpoch(world, core, nodeId, epoch)
  stage.buried.add(edge)
  await revokeNode(core, nodeId, 'lost')
  await exposeTail(world, nodeId, epoch)
  await writeOffEpoch(world, core, nodeId, epoch)
}

function discard(edge: SimEdge): void {
  edge.crash()
  edge.isLost = true
}
