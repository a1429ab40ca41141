import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'

import { openStall } from '@nightmarket/stall'
import {
  buyMug,
  createManualHost,
  createTestMarket,
  openEvening,
  type TestMarket,
} from '@nightmarket/stall/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { EDGE_FILES, writeEdgeIdentity } from '../market/edge-folder.ts'
import { Findings, type Check } from './check.ts'
import { walkEdgeJournal, type WalkedJournal } from './edge-journal.ts'
import { checkReceipts } from './edge-receipts.ts'

const ORDERS = 40

/** An edge's folder with a journal that a real stall wrote: a release, a lease and its sales. */
async function sellAtEdge(orders = ORDERS) {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-verify-'))
  const market = createTestMarket()
  const { certificate, publicKey } = market
  writeEdgeIdentity(folder, { name: 'e', coreUrl: '', certificate, marketPublicKey: publicKey })
  const file = EDGE_FILES.journal(folder)
  const stall = await openStall(createManualHost(await openSqliteJournal(file), market))
  await openEvening(stall, orders)
  for (let index = 1; index <= orders; index += 1) await stall.run(buyMug(`order-${index}`))
  await stall[Symbol.asyncDispose]()
  return { folder, file, market, [Symbol.dispose]: () => rmSync(folder, { recursive: true }) }
}

function walk(folder: string, market: Pick<TestMarket, 'publicKey'>) {
  const findings = new Findings('edge_journals')
  const journal = walkEdgeJournal(folder, market.publicKey, findings)
  return { journal, check: findings.check() }
}

function receiptsOf(journal: WalkedJournal | null, publicKey: string, countMax = 1_000): Check {
  ok(journal !== null, 'the journal was walked')
  const findings = new Findings('edge_receipts')
  checkReceipts(journal, publicKey, countMax, findings)
  return findings.check()
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

test('[VF1] a sound journal is walked to its end, and says what was gone through', async () => {
  using edge = await sellAtEdge()
  const { journal, check } = walk(edge.folder, edge.market)
  deepEqual(check.violations, [])
  equal(check.covered['entries'], ORDERS + 2)
  equal(journal?.state.orders.size, ORDERS)
  equal(journal?.hashes.length, ORDERS + 2)
})

test('[VF1] a changed letter is named by its place; what follows is still checked', async () => {
  using edge = await sellAtEdge()
  change(edge.file, `UPDATE entry SET text = replace(text, '"ann"', '"eve"') WHERE sequence = 17`)
  const { journal, check } = walk(edge.folder, edge.market)
  equal(check.violationCount, 1)
  match(check.violations[0]?.problem ?? '', /hash mismatch: sequence 17/)
  equal(journal?.head.sequence, ORDERS + 2)
})

test('[VF1] a missing entry and an unsigned end are named by their places', async () => {
  using edge = await sellAtEdge()
  change(edge.file, `DELETE FROM entry WHERE sequence = 9`)
  change(edge.file, `DELETE FROM checkpoint WHERE size = ${ORDERS + 2}`)
  const { check } = walk(edge.folder, edge.market)
  const problems = check.violations.map(({ problem }) => problem).join('\n')
  match(problems, /entries missing: fromSequence 9, throughSequence 9/)
  match(problems, new RegExp(`entries uncovered: fromSequence ${ORDERS + 2}`))
})

test('[VF1] a file cut short is a finding that says how far it could be read', async () => {
  using edge = await sellAtEdge(400)
  truncateSync(edge.file, Math.floor(statSync(edge.file).size / 2))
  const { check } = walk(edge.folder, edge.market)
  ok(check.violationCount > 0, 'a cut file is no sound journal')
  match(check.violations.map(({ problem }) => problem).join('\n'), /malformed|corrupt|after entry/)
})

test('[VF1] bits that flip in the file are found, wherever they are', async () => {
  using edge = await sellAtEdge(400)
  const { size } = statSync(edge.file)
  const handle = await open(edge.file, 'r+')
  const page = Buffer.alloc(64)
  await handle.read(page, 0, 64, Math.floor(size / 2))
  await handle.write(page.map((byte) => byte ^ 0x10), 0, 64, Math.floor(size / 2))
  await handle.close()
  const { check } = walk(edge.folder, edge.market)
  ok(check.violationCount > 0, 'flipped bits are found')
})

test('[VF2] a certificate of another market and a journal that is gone are found', async () => {
  using edge = await sellAtEdge(1)
  const foreign = walk(edge.folder, createTestMarket())
  match(foreign.check.violations[0]?.problem ?? '', /not signed by the market/)
  rmSync(edge.file)
  const gone = walk(edge.folder, edge.market)
  equal(gone.journal, null)
  match(gone.check.violations[0]?.problem ?? '', /is gone/)
})

test('[VF3] entries that chain but sell a unit twice are named by the first of them', async () => {
  using edge = await sellAtEdge(3)
  const store = await openSqliteJournal(EDGE_FILES.journal(edge.folder))
  const stall = await openStall(createManualHost(store, edge.market))
  // A stall that forgot what it had sold: its lease has three units, and all are gone.
  for (const lease of stall.state.leases.values()) lease.sold = 0
  for (const pool of stall.state.pools.values()) Object.assign(pool, { unsold: 3, firstUnsold: 0 })
  await stall.run(buyMug('order-4'))
  await stall[Symbol.asyncDispose]()
  const { check } = walk(edge.folder, edge.market)
  equal(check.violationCount, 1)
  match(check.violations[0]?.problem ?? '', /entry 6 does not follow: no unit is given twice/)
})

test('[VF4] the receipt of every order is cut and proves it, or of as many as wanted', async () => {
  using edge = await sellAtEdge()
  const { journal } = walk(edge.folder, edge.market)
  const all = receiptsOf(journal, edge.market.publicKey)
  deepEqual([all.violationCount, all.covered], [0, { orders: ORDERS, receipts: ORDERS }])
  const some = receiptsOf(journal, edge.market.publicKey, 7)
  deepEqual(some.covered, { orders: ORDERS, receipts: 7 })
  const foreign = receiptsOf(journal, createTestMarket().publicKey, 2)
  equal(foreign.violationCount, 2)
})
