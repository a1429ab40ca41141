import { execFileSync } from 'node:child_process'
import { rmSync, statfsSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate as turn } from 'node:timers/promises'

import { assert, type OrderId } from '@nightmarket/kernel'
import { releaseOfEvening } from '@nightmarket/kernel/testing'
import { openStall, type Stall } from '@nightmarket/stall'
import {
  buyMug,
  createManualHost,
  createTestMarket,
  openEvening,
  type ManualHost,
} from '@nightmarket/stall/testing'
import { StorageFault } from '@nightmarket/storage'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { auditStock } from '../../../packages/core/src/audit/audit-stock.ts'
import { BooksFault, openBooks } from '../../../packages/core/src/index.ts'
import { FieldMarket } from '../../../packages/core/src/testing/field-market.ts'
import type { LabReport } from '../lab-report.ts'
import { PowerDisk } from './power-disk.ts'
import { WITHOUT_LIMITS } from './without-limits.ts'

const UNITS = 1_000_000

/** What is left free when the disk is filled: enough to begin with, gone within a moment. */
const LEFT_BYTES = 3 * 1_024 * 1_024

/** Longer than a stall waits at most before it reads its journal again. */
const PATIENCE_MS = 30_000

const MORE = 50

const release = releaseOfEvening({ terms: { deferred: WITHOUT_LIMITS } })

/**
 * Let a real file system run full under a stall and under a core: both refuse, keep what they had
 * acknowledged, and go on by themselves once there is room.
 */
export async function fillDisk(): Promise<LabReport> {
  const findings: string[] = []
  const journal = await fillUnderStall(findings)
  const books = await fillUnderCore(findings)
  return {
    part: 'full disk',
    verdict: findings.length === 0 ? 'kept' : 'broken',
    figures: {
      'orders until it was full': journal.before,
      'orders after there was room': journal.after,
      'exchanges until it was full': books.before,
      'exchanges after there was room': books.after,
    },
    findings,
  }
}

async function fillUnderStall(findings: string[]) {
  using disk = PowerDisk.create()
  const market = createTestMarket()
  const path = join(disk.path, 'journal.sqlite')
  const accepted: string[] = []
  {
    const host = createManualHost(await openSqliteJournal(path), market)
    await using stall = await openStall(host)
    await openEvening(stall, UNITS, release)
    using room = fill(disk.path)
    for (;;) {
      const sold = await sell(stall, `order-${accepted.length}`)
      if (sold === 'disk_full') break
      if (sold !== 'accepted') findings.push(`a full disk was answered with ${sold}`)
      accepted.push(`order-${accepted.length}`)
    }
    room[Symbol.dispose]()
    await recover(stall, host)
    for (let more = 0; more < MORE; more += 1) {
      const sold = await sell(stall, `order-${accepted.length}`)
      if (sold !== 'accepted') findings.push(`with room again a sale was answered with ${sold}`)
      accepted.push(`order-${accepted.length}`)
    }
  }
  await using again = await openStall(createManualHost(await openSqliteJournal(path), market))
  const lost = accepted.filter((orderId) => !again.state.orders.has(orderId as OrderId))
  if (lost.length > 0) findings.push(`${lost.length} orders are gone after the disk was full`)
  return { before: accepted.length - MORE, after: MORE }
}

async function sell(stall: Stall, orderId: string): Promise<string> {
  try {
    const answer = await stall.run(buyMug(orderId, `of-${orderId}`))
    return answer.status
  } catch (error) {
    if (error instanceof StorageFault) return error.code
    throw error
  }
}

/** A stall reads its journal again when its time has come. */
async function recover(stall: Stall, host: ManualHost): Promise<void> {
  assert(stall.notSelling() === 'storage', 'a stall whose disk is full sells nothing')
  host.pass(PATIENCE_MS)
  while (stall.notSelling() === 'storage') await turn()
}

async function fillUnderCore(findings: string[]) {
  using disk = PowerDisk.create()
  await using books = await openBooks({ path: join(disk.path, 'books.sqlite') })
  const market = await FieldMarket.open(books, { mugs: UNITS, release })
  const edge = await market.enrol('edge')
  await edge.sync()
  using room = fill(disk.path)
  let before = 0
  const exchange = async () => {
    market.travel(200)
    for (let sale = 0; sale < 20 && edge.unsold() > 0; sale += 1) edge.buy(`${edge.entries.length}`)
    return (await edge.exchange()).status
  }
  try {
    for (;; before += 1) if ((await exchange()) !== 'ack') findings.push('the core refused')
  } catch (error) {
    if (!(error instanceof BooksFault)) throw error
    if (error.code !== 'disk_full') findings.push(`a full disk is called ${error.code}`)
  }
  room[Symbol.dispose]()
  for (let more = 0; more < MORE; more += 1) {
    if ((await exchange()) !== 'ack') findings.push('with room again the core refused')
  }
  await edge.sync()
  const { sequence } = (await market.rows('node'))[0] ?? { sequence: 0 }
  if (sequence !== edge.entries.length) {
    findings.push(`the core has ${sequence} entries of ${edge.entries.length}`)
  }
  const { violations } = await auditStock({ books })
  findings.push(...violations.map(({ subject, problem }) => `${subject}: ${problem}`))
  return { before, after: MORE }
}

/** Take all room but a little; disposing gives it back. */
function fill(folder: string): Disposable {
  const path = join(folder, 'filler')
  const { bavail, bsize } = statfsSync(folder)
  execFileSync('fallocate', ['--length', String(bavail * bsize - LEFT_BYTES), path])
  return { [Symbol.dispose]: () => rmSync(path, { force: true }) }
}
