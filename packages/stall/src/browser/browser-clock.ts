import type { Moment } from '@nightmarket/kernel'

/**
 * Both clocks, in whole milliseconds. A sleeping tablet may stop the monotonic one; a lease ends by
 * whichever counted further, so that this costs nothing while the wall clock is right. [L3]
 */
export function readClocks(): Moment {
  return { atMs: Date.now(), monotonicMs: Math.floor(performance.now()) }
}

/** Run `work` once after `delayMs`; the returned function cancels it. */
export function setTimer(delayMs: number, work: () => void): () => void {
  const timer = setTimeout(work, delayMs)
  return () => clearTimeout(timer)
}

/** Run `work` once the taps at hand were handled: without the 4 ms that nested timers wait. */
export function defer(work: () => void): void {
  const { port1, port2 } = new MessageChannel()
  port1.addEventListener(
    'message',
    () => {
      port1.close()
      work()
    },
    { once: true },
  )
  port1.start()
  port2.postMessage(null)
}

/** A fresh random id. */
export function newId(): string {
  return crypto.randomUUID()
}
