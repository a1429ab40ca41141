import { ok } from 'node:assert/strict'
import { test } from 'node:test'

import { createDatabase } from '../../packages/core/src/testing/books-suites.ts'
import { assertKept, CrashMarket } from '../crash/crash-market.ts'

test('two cores on one PostgreSQL, one of them killed, sell nothing twice', async () => {
  const database = await createDatabase()
  try {
    await using crash = await CrashMarket.open({
      databaseUrl: database.url,
      cores: 2,
      edges: 2,
      units: 300,
      perSecond: 60,
    })
    const [, second] = crash.market.cores
    ok(second !== undefined, 'there are two cores')
    await crash.killAgainAndAgain(second, 3, 1_500)
    const conclusion = await crash.conclude()
    assertKept(crash, conclusion)
    ok(crash.kills >= 3, `${crash.kills} kills`)
  } finally {
    await database.drop()
  }
})
