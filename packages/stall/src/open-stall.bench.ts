import { hash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { releaseOfEvening } from '@nightmarket/kernel/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { openStall } from './open-stall.ts'
import { buyMug, createManualHost, createTestMarket, openEvening } from './testing/index.ts'

/** What one run of the stall without HTTP measured. */
export interface StallFigures {
  readonly ordersPerSecond: number
  readonly bytesPerOrder: number
  readonly replayEntriesPerSecond: number
}

/**
 * Sell `orders` mugs one after another, `concurrency` at a time, each durable on SQLite before its
 * answer; then read the journal back. The commands are made beforehand: they are the edge's work.
 */
export async function measureStall(orders: number, concurrency: number): Promise<StallFigures> {
  const folder = mkdtempSync(join(tmpdir(), 'stall-bench-'))
  const path = join(folder, 'journal.db')
  const market = createTestMarket()
  const digest = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')
  const openHost = async () => ({
    ...createManualHost(await openSqliteJournal(path), market),
    digest,
  })
  const commands = Array.from({ length: orders }, (_, index) => buyMug(`o${index}`, `b${index}`))
  const stall = await openStall(await openHost())
  await openEvening(stall, orders, releaseOfEvening({ terms: { deferred: WITHOUT_LIMITS } }))
  globalThis.gc?.()
  const heapBefore = process.memoryUsage().heapUsed
  const startedMs = performance.now()
  let next = 0
  const buyers = Array.from({ length: concurrency }, async () => {
    for (;;) {
      const command = commands[next++]
      if (command === undefined) return
      const answer = await stall.run(command)
      if (answer.status !== 'accepted') throw new Error(`unexpected answer: ${answer.status}`)
    }
  })
  await Promise.all(buyers)
  const sellingMs = performance.now() - startedMs
  globalThis.gc?.()
  const heapAfter = process.memoryUsage().heapUsed
  await stall[Symbol.asyncDispose]()
  const replayStartedMs = performance.now()
  const again = await openStall(await openHost())
  const replayMs = performance.now() - replayStartedMs
  await again[Symbol.asyncDispose]()
  rmSync(folder, { recursive: true })
  return {
    ordersPerSecond: Math.round((orders / sellingMs) * 1_000),
    bytesPerOrder: Math.round((heapAfter - heapBefore) / orders),
    replayEntriesPerSecond: Math.round((orders / replayMs) * 1_000),
  }
}

const WITHOUT_LIMITS = {
  orderMinorMax: 1e9,
  buyerOrdersMax: 1e9,
  ordersMax: 1e9,
  sumMinorMax: Number.MAX_SAFE_INTEGER,
  ageMsMax: 1e9,
}

if (import.meta.main) {
  for (const concurrency of [1, 64, 512, 4_096]) {
    const orders = concurrency === 1 ? 5_000 : 100_000
    console.log({ concurrency, ...(await measureStall(orders, concurrency)) })
  }
}
