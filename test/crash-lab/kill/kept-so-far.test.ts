import { deepEqual, equal, match } from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import type { OrderId } from '@nightmarket/kernel'
import { openStall } from '@nightmarket/stall'
import { buyMug, createManualHost, createTestMarket, openEvening } from '@nightmarket/stall/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { findBroken, findForgotten } from './kept-so-far.ts'

test('a receipt is kept when its entry stands in the journal, and otherwise broken', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-kept-'))
  try {
    const path = join(folder, 'journal.sqlite')
    await using stall = await openStall(
      createManualHost(await openSqliteJournal(path), createTestMarket()),
    )
    await openEvening(stall, 5)
    await stall.run(buyMug('o1'))
    const receipt = JSON.stringify(await stall.receipt('o1' as OrderId))
    const promised = { orderId: 'o1', edge: 0, receipt }
    deepEqual(findBroken(path, [promised]), [])
    const forged = { ...promised, receipt: receipt.replace('"sequence\\":3', '"sequence\\":9') }
    const [broken, ...more] = findBroken(path, [promised, forged])
    match(broken ?? '', /order o1 was accepted as entry 9, which is not in the journal/)
    equal(more.length, 0)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

test('a mark that went back is a core that forgot what it had acknowledged', () => {
  const before = new Map([
    ['a/1', 7],
    ['b/1', 3],
  ])
  deepEqual(findForgotten(before, new Map([['a/1', 9], ['b/1', 3]])), [])
  equal(findForgotten(before, new Map([['a/1', 6]])).length, 2)
})
