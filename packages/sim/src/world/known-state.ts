import type { StallState } from '@nightmarket/kernel'
import { replayJournal } from '@nightmarket/stall'

import { SimProcess } from '../time/sim-process.ts'
import { sha256 } from './digest.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

/** Read a device's journal back from its disk, as a new process would; `null` when it fails. */
export async function foldDisk(world: World, edge: SimEdge): Promise<StallState | null> {
  const { identity } = edge
  if (identity === null) return null
  const wasUnreadable = edge.disk.isUnreadable
  edge.disk.isUnreadable = false
  try {
    const store = edge.disk.open(new SimProcess(world.time))
    return (await replayJournal(store, identity.certificate, sha256)).state
  } catch {
    return null
  } finally {
    edge.disk.isUnreadable = wasUnreadable
  }
}

/** What a device knows now: of its running stall, else of its disk. */
export async function knownState(world: World, edge: SimEdge): Promise<StallState | null> {
  return edge.stall?.state ?? foldDisk(world, edge)
}
