import { parentPort, workerData } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import type { NewPart } from './open-segment.ts'
import { RingDisk, type NewSegment, type RingBounds } from './ring-disk.ts'

// Entry of a ring's thread: its disk never keeps a sale waiting.
assert(parentPort !== null, 'a ring is started as a thread')
const port = parentPort
const { folder, bounds } = workerData as { readonly folder: string; readonly bounds: RingBounds }
const disk = new RingDisk(folder, bounds)
port.postMessage(disk.index)
port.on('message', (wanted: NewSegment | NewPart | null) => {
  if (wanted === null) return port.close()
  if ('durationMs' in wanted) return disk.keepPart(wanted)
  port.postMessage(disk.keep(wanted))
})
