import { deepEqual, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { buyMug } from '@nightmarket/stall/testing'

import { sweepAll } from './fault-plan.ts'
import { STALL_STORY, type StallStep } from './stall-story.ts'
import { stallSweeps } from './stall-sweep.ts'

const WHOLE = { onRun: () => undefined, stopped: new AbortController().signal }

test('whatever the journal fails at, a command that is repeated comes to the same', async () => {
  const { findings, runs, commands } = await sweepAll(stallSweeps(), WHOLE)
  deepEqual(findings, [])
  ok(runs >= 4 * (commands - 1), `${runs} runs for ${commands} commands`)
})

test('the sweep sees a buyer who makes a new order id for every try', async () => {
  let tries = 0
  const careless: StallStep = {
    name: 'buy under a new id each time',
    command: () => buyMug(`try-${(tries += 1)}`),
  }
  const story = [...STALL_STORY.slice(0, 2), careless]
  const { findings } = await sweepAll(stallSweeps(story), WHOLE)
  ok(findings.some((finding) => finding.includes('unanswered')), 'two orders instead of one')
})
