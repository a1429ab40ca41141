import type { Prng } from '../prng.ts'
import type { VirtualTime } from './virtual-time.ts'

/** Names of the process that would let the machine's time or chance into a universe. */
interface Replaced {
  readonly setTimeout: typeof setTimeout
  readonly clearTimeout: typeof clearTimeout
  readonly setInterval: typeof setInterval
  readonly clearInterval: typeof clearInterval
  readonly random: () => number
  readonly dateNow: () => number
  readonly performanceNow: () => number
}

interface Timer {
  cancel: () => void
}

/**
 * Put the universe's time and chance in the place of the process's own, until disposed: production
 * code that calls `setTimeout` sleeps in virtual time. [SM3]
 */
export function replaceGlobals(time: VirtualTime, prng: Prng): Disposable {
  const before: Replaced = {
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
    setInterval: globalThis.setInterval,
    clearInterval: globalThis.clearInterval,
    random: Math.random,
    dateNow: Date.now,
    performanceNow: Reflect.get(performance, 'now'),
  }
  const startMs = time.nowMs
  const once = (work: () => void, delayMs = 0): Timer => ({ cancel: time.after(delayMs, work) })
  const again = (work: () => void, everyMs = 1): Timer => {
    const timer: Timer = { cancel: () => undefined }
    const turn = () => {
      timer.cancel = time.after(Math.max(1, everyMs), turn)
      work()
    }
    timer.cancel = time.after(Math.max(1, everyMs), turn)
    return timer
  }
  const clear = (timer: Timer | undefined) => timer?.cancel()
  install({
    setTimeout: once as unknown as typeof setTimeout,
    clearTimeout: clear as unknown as typeof clearTimeout,
    setInterval: again as unknown as typeof setInterval,
    clearInterval: clear as unknown as typeof clearInterval,
    random: () => prng.next(),
    dateNow: () => time.nowMs,
    performanceNow: () => time.nowMs - startMs,
  })
  return { [Symbol.dispose]: () => install(before) }
}

function install(names: Replaced): void {
  globalThis.setTimeout = names.setTimeout
  globalThis.clearTimeout = names.clearTimeout
  globalThis.setInterval = names.setInterval
  globalThis.clearInterval = names.clearInterval
  Math.random = names.random
  Date.now = names.dateNow
  performance.now = names.performanceNow
}
