import { ok } from 'node:assert/strict'
import { test } from 'node:test'

import { UNALTERED, type Alterations } from './alterations.ts'
import { optionsOf } from './options.ts'
import { planOf } from './plan.ts'
import { shrink } from './shrink.ts'
import { writeTimeline } from './timeline.ts'
import { runUniverse } from './universe.ts'

/** A disk that says it has written, and forgets: what it acknowledged is gone after a crash. */
const FORGETFUL: Alterations = {
  ...UNALTERED,
  edge: {
    ...UNALTERED.edge,
    stall: (stall) => ({
      ...stall,
      state: stall.state,
      head: stall.head,
      run: (command) => stall.run(command),
      notSelling: () => stall.notSelling(),
      read: (after, limit) => stall.read(after, limit),
      checkpointAt: (size) => stall.checkpointAt(Math.max(1, size - 1)),
      receipt: (orderId) => stall.receipt(orderId),
      takeDemand: () => stall.takeDemand(),
      onDurable: (listener) => stall.onDurable(listener),
      [Symbol.asyncDispose]: () => stall[Symbol.asyncDispose](),
    }),
  },
}

test('[SM6] a failing universe is cut down to what it needs, and can be read', async () => {
  const options = { ...optionsOf(302), buyers: 4, safetyMinutes: 10, closesAfterMinutes: 8 }
  const { chronicle } = await runUniverse(options, { alter: FORGETFUL })
  const [violation] = chronicle.violations
  ok(violation !== undefined, 'an edge that signs the wrong size is found')
  const shrunk = await shrink(options, violation.id, { alter: FORGETFUL })
  ok(shrunk.plan.length < planOf(options).length)
  ok(shrunk.options.buyers <= options.buyers)
  const again = await runUniverse(shrunk.options, {
    alter: FORGETFUL,
    plan: shrunk.plan,
    isKept: true,
  })
  ok(again.chronicle.violations.some(({ id }) => id === violation.id))
  ok(writeTimeline(again.chronicle.lines).includes('VIOLATION'))
})
