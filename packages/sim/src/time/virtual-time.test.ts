import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'

import { createPrng } from '../prng.ts'
import { replaceGlobals } from './replace-globals.ts'
import { SimProcess } from './sim-process.ts'
import { TimeStands, VirtualTime } from './virtual-time.ts'

test('[SM2] one moment’s happenings keep their order, promises run between', async () => {
  const time = new VirtualTime(1_000)
  const seen: string[] = []
  time.after(20, () => seen.push(`late at ${time.nowMs}`))
  time.after(
    10,
    () =>
      void Promise.resolve()
        .then(() => Promise.resolve())
        .then(() => seen.push('a')),
  )
  time.after(10, () => seen.push('b'))
  time.after(10, () => seen.push('never'))()
  await time.runUntil(5_000)
  deepEqual(seen, ['a', 'b', 'late at 1020'])
  equal(time.nowMs, 5_000)
})

test('[SM2] a thousand timers fire by time, whatever order they were set in', async () => {
  const time = new VirtualTime(0)
  const prng = createPrng('heap')
  const fired: number[] = []
  for (let number = 0; number < 1_000; number++) {
    const delayMs = prng.below(500)
    time.after(delayMs, () => fired.push(delayMs))
  }
  await time.runUntil(500)
  equal(fired.length, 1_000)
  deepEqual(
    fired,
    fired.toSorted((a, b) => a - b),
  )
})

test('[SM7] what repeats itself without letting time pass is found out', async () => {
  const time = new VirtualTime(0)
  const again = () => void time.after(0, again)
  again()
  await rejects(time.runUntil(10), TimeStands)
})

test('[SM3] production code that asks for the time or a timer gets the universe’s', async () => {
  const namesNow = () => [setTimeout, Date.now, Math.random, Reflect.get(performance, 'now')]
  const before = namesNow()
  const time = new VirtualTime(10_000)
  const seen: number[] = []
  {
    using _globals = replaceGlobals(time, createPrng('globals'))
    setTimeout(() => seen.push(Date.now()), 90_000)
    const turn = setInterval(() => seen.push(performance.now()), 40_000)
    clearTimeout(setTimeout(() => seen.push(-1), 5))
    const startedMs = performance.now()
    await time.runUntil(110_000)
    clearInterval(turn)
    equal(startedMs, 0)
    const same = createPrng('globals').next()
    equal(Math.random(), same)
  }
  deepEqual(seen, [40_000, 80_000, 100_000])
  deepEqual(namesNow(), before)
})

test('[SM2] a dead process does nothing more; a paused one does it later', async () => {
  const time = new VirtualTime(0)
  const [dead, paused] = [new SimProcess(time), new SimProcess(time)]
  const seen: string[] = []
  dead.after(10, () => seen.push('dead'))
  paused.after(10, () => seen.push(`paused at ${time.nowMs}`))
  dead.kill()
  paused.pause()
  time.after(60, () => paused.resume())
  await time.runUntil(100)
  deepEqual(seen, ['paused at 60'])
  ok(!dead.isAlive)
})
