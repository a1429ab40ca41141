import { ok } from 'node:assert/strict'
import { test } from 'node:test'

import { assertKept, CrashMarket } from './crash-market.ts'

test('a core and a processor killed at random moments book every order once', async () => {
  await using crash = await CrashMarket.open({ edges: 2, units: 600, perSecond: 60 })
  const { core, sandbox } = crash.market
  await Promise.all([
    crash.killAgainAndAgain(core, 10, 900),
    crash.killAgainAndAgain(sandbox, 4, 2_500),
  ])
  const conclusion = await crash.conclude()
  assertKept(crash, conclusion)
  ok(crash.kills >= 14, `${crash.kills} kills`)
})

test('the power of everything at once goes, twice: what was accepted is there', async () => {
  await using crash = await CrashMarket.open({ edges: 2, units: 400, perSecond: 80 })
  await crash.cutPower()
  await crash.cutPower()
  const conclusion = await crash.conclude()
  assertKept(crash, conclusion)
  ok(crash.kills >= 8, `${crash.kills} kills`)
})
