import type { Moment } from '@nightmarket/kernel'

/** Both clocks, in whole milliseconds. */
export function readClocks(): Moment {
  return { atMs: Date.now(), monotonicMs: Math.floor(performance.now()) }
}

/** Run `work` once after `delayMs`; the returned function cancels it. */
export function setTimer(delayMs: number, work: () => void): () => void {
  const timer = setTimeout(work, delayMs)
  return () => clearTimeout(timer)
}

/** Run `work` once the requests at hand were read, so that one commit takes them all. */
export function defer(work: () => void): void {
  setImmediate(work)
}
