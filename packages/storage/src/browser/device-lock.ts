import { lockedFault } from './browser-fault.ts'
import { lockNameOf } from './device-names.ts'

/** The right to write, until it is released or the tab ends. */
export interface HeldLock {
  release(): void
}

/** Take the one writer's lock now, or throw `StorageFault` `locked`. */
export async function takeLock(name: string): Promise<HeldLock> {
  const taken = Promise.withResolvers<HeldLock>()
  const released = Promise.withResolvers<void>()
  const request = navigator.locks.request(lockNameOf(name), { ifAvailable: true }, (lock) => {
    if (lock === null) return taken.reject(lockedFault(name))
    taken.resolve({ release: () => released.resolve() })
    return released.promise
  })
  request.catch((error: unknown) => taken.reject(error))
  return taken.promise
}
