import { ok } from 'node:assert/strict'
import { test } from 'node:test'

import { assertKept, CrashMarket } from './crash-market.ts'

/** Beside those of the core, the sandbox and all at once. */
const KILLS_PER_EDGE = 8

test('edges killed at random moments under load lose no order and sell no unit twice', async () => {
  await using crash = await CrashMarket.open({ edges: 3, units: 1_500, perSecond: 150 })
  const { edges } = crash.market
  await Promise.all(
    edges.map(({ server }) => crash.killAgainAndAgain(server, KILLS_PER_EDGE, 700)),
  )
  const conclusion = await crash.conclude()
  assertKept(crash, conclusion)
  ok(crash.kills >= 24, `${crash.kills} kills`)
})
