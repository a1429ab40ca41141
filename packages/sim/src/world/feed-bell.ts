import type { FeedBell } from '@nightmarket/core'

import type { SimProcess } from '../time/sim-process.ts'

/** The bell of one core process in virtual time: rings, timeouts and leavers, nothing polled. */
export function createSimBell(process: SimProcess): FeedBell {
  const waiters = new Map<string, Set<() => void>>()
  return {
    ring(nodeId) {
      for (const wake of waiters.get(nodeId) ?? []) wake()
    },
    wait(nodeId, timeoutMs, signal) {
      return new Promise((resolve) => {
        const waiting = waiters.get(nodeId) ?? new Set()
        waiters.set(nodeId, waiting)
        const finish = () => {
          cancel()
          waiting.delete(finish)
          signal?.removeEventListener('abort', finish)
          resolve()
        }
        const cancel = process.after(timeoutMs, finish)
        waiting.add(finish)
        signal?.addEventListener('abort', finish)
        if (signal?.aborted === true) finish()
      })
    },
  }
}
