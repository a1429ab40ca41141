import { deepEqual, equal, ok } from 'node:assert/strict'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { after, before, test } from 'node:test'

import { EDGE_FILES } from '../market/edge-folder.ts'
import { MARKET_FILES } from '../market/market-folder.ts'
import { concludeMarket } from '../rush/conclude.ts'
import { letIn, seeOut } from '../rush/crowd.ts'
import { writeOneVariantShow } from '../rush/one-variant-show.ts'
import { waitUntilOpen } from '../rush/open-show.ts'
import { OwnMarket } from '../rush/own-market.ts'
import { runCommand } from '../rush/run-command.ts'
import { Tally } from '../rush/tally.ts'
import type { HeldReceipt } from './held-receipt.ts'
import { verifyMarket, type VerifyReport } from './verify-market.ts'

const UNITS = 24

/** A market that real buyers have bought empty: its folder stays, its processes are gone. */
interface SoldMarket {
  readonly folder: string
  readonly publicKey: string
  readonly held: readonly HeldReceipt[]
}

const kept = mkdtempSync(join(tmpdir(), 'nightmarket-sold-'))
let sold: SoldMarket

before(async () => {
  sold = await sellOut()
})
after(() => rmSync(kept, { recursive: true, force: true }))

async function sellOut(): Promise<SoldMarket> {
  const stopped = new AbortController().signal
  const tally = new Tally()
  const say = () => undefined
  const folder = join(kept, 'market')
  await using market = await OwnMarket.open({ edges: 2 })
  const { catalogue, show, clientele } = writeOneVariantShow(market.folder, { units: UNITS })
  await runCommand(['import', catalogue, '--data', market.folder])
  await runCommand(['show', 'apply', show, '--data', market.folder])
  const { doors } = market
  await waitUntilOpen(doors, clientele.wishes, stopped)
  const crowd = { doors, buyers: 60, concurrency: 8, clientele, arrivalMs: 0, seed: 1, stopped }
  await seeOut([letIn(crowd, tally)], 20_000)
  const { verify } = await concludeMarket(market, tally, { waitMs: 20_000, stopped, say })
  deepEqual(verify.checks.flatMap(({ violations }) => violations), [])
  await Promise.all(market.edges.map(({ server }) => server.stop()))
  await market.core.stop()
  cpSync(market.folder, folder, { recursive: true })
  return { folder, publicKey: market.publicKey, held: [...tally.promises.accepted] }
}

/** Verify a copy of the market that something was done to. */
async function verifyAfter(
  damage: (folder: string) => void,
  held: readonly HeldReceipt[] = sold.held,
): Promise<VerifyReport> {
  const folder = mkdtempSync(join(kept, 'damaged-'))
  cpSync(sold.folder, folder, { recursive: true })
  damage(folder)
  const { publicKey: marketPublicKey } = sold
  const books = { path: MARKET_FILES.books(folder) }
  return verifyMarket({ folder, marketPublicKey, books, receiptsMax: 100, held })
}

function change(file: string, sql: string): void {
  const database = new DatabaseSync(file)
  database.exec(sql)
  database.close()
}

const changeBooks = (sql: string) => (folder: string) => change(MARKET_FILES.books(folder), sql)
const changeEdge = (sql: string) => (folder: string) =>
  change(EDGE_FILES.journal(MARKET_FILES.edge(folder, 'edge-1')), sql)

/** The checks that found something. */
function found({ checks }: VerifyReport): readonly string[] {
  return checks.filter(({ violationCount }) => violationCount > 0).map(({ id }) => id)
}

test('[VF5] a market that sold out in a rush verifies, with every receipt handed out', async () => {
  const report = await verifyAfter(() => undefined)
  deepEqual(found(report), [])
  deepEqual([report.verified, report.lost, report.oversold], [true, 0, 0])
  equal(sold.held.length, UNITS)
  const held = report.checks.find(({ id }) => id === 'receipts_held')
  deepEqual(held?.covered, { receipts: UNITS, orders: UNITS })
})

test('[VF5] a receipt that was changed, or is of another order, proves nothing', async () => {
  const [first, second] = sold.held
  ok(first !== undefined && second !== undefined, 'there are receipts')
  const forged = { ...first, receipt: first.receipt.replace('2400', '2300') }
  const swapped = { ...first, receipt: second.receipt }
  for (const bad of [forged, swapped]) {
    const report = await verifyAfter(() => undefined, [bad])
    deepEqual([found(report), report.verified], [['receipts_held'], false])
  }
})

test('[VF6] an edge that lost what the core has, and a copy that differs, are named', async () => {
  const ends = ['DELETE FROM entry WHERE sequence > 3', 'DELETE FROM checkpoint WHERE size > 3']
  const cut = changeEdge(ends.join('; '))
  const lost = await verifyAfter(cut)
  ok(found(lost).includes('journals_agree'), 'the core has more than the edge')
  const change = `UPDATE journal SET hash = replace(hash, 'a', 'b') WHERE sequence = 2`
  const differs = await verifyAfter(changeBooks(change))
  ok(found(differs).includes('journals_agree'), 'the copies differ')
})

test('[VF7] an order that is not in the books though its entry is, is named', async () => {
  const { orderId } = sold.held[0] ?? { orderId: '' }
  const gone = changeBooks(`DELETE FROM sale_order WHERE order_id = '${orderId}'`)
  const report = await verifyAfter(gone)
  const agree = report.checks.find(({ id }) => id === 'journals_agree')
  deepEqual(agree?.violations.map(({ subject }) => subject), [orderId])
})

test('[VF8] a receipt whose order is nowhere is a lost order', async () => {
  const { orderId } = sold.held[0] ?? { orderId: '' }
  const gone = changeBooks(`DELETE FROM sale_order WHERE order_id = '${orderId}'`)
  const report = await verifyAfter(gone)
  equal(report.lost, 1)
  const elsewhere = await verifyAfter((folder) => {
    rmSync(join(folder, 'edges'), { recursive: true })
    changeBooks(`DELETE FROM sale_order WHERE order_id = '${orderId}'`)(folder)
  })
  equal(elsewhere.lost, 1)
})

test('[VF9] more units in live orders than exist are counted', async () => {
  const report = await verifyAfter(changeBooks('UPDATE item SET on_hand = on_hand - 3'))
  equal(report.oversold, 3)
  ok(found(report).includes('units_everywhere'), 'the item is named')
})
