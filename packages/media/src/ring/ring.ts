import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import type { NewPart } from './open-segment.ts'
import { RING_BOUNDS, type Kept, type NewSegment, type RingBounds } from './ring-disk.ts'
import type { RingIndex } from './ring-index.ts'

/** A recording that is written by a thread of its own. Closing it finishes what it was given. */
export interface Ring extends AsyncDisposable {
  /** What was recorded when it was opened. */
  readonly recovered: RingIndex
  /** Hand over a part of the segment in the making: a crash loses what was not. */
  keepPart(part: NewPart): void
  /** Hand a segment over; `onKept` tells what became of it, in order. */
  keep(segment: NewSegment): void
}

/** Open the recording in a folder, after a crash as well. Throws when its folder cannot be used. */
export async function openRing(options: {
  readonly folder: string
  readonly bounds?: RingBounds
  readonly onKept: (kept: Kept) => void
  readonly onDefect: (error: unknown) => void
}): Promise<Ring> {
  const { folder, bounds = RING_BOUNDS, onKept, onDefect } = options
  const worker = new Worker(new URL('./ring-worker.ts', import.meta.url), {
    workerData: { folder, bounds },
  })
  const exited = once(worker, 'exit')
  const [recovered] = (await once(worker, 'message')) as [RingIndex]
  worker.on('message', onKept)
  worker.on('error', onDefect)
  return {
    recovered,
    keepPart: (part) => worker.postMessage(part),
    keep: (segment) => worker.postMessage(segment),
    async [Symbol.asyncDispose]() {
      worker.postMessage(null)
      await exited
    },
  }
}
