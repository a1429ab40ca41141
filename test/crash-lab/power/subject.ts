import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

import {
  verifyReceipt,
  type NodeCertificate,
  type OrderId,
  type StallState,
} from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'
import { openStall } from '@nightmarket/stall'
import { createManualHost, digest, verifySignature } from '@nightmarket/stall/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { auditBooks, openBooks, type BooksDatabase } from '../../../packages/core/src/index.ts'
import { createVerifier, sha256 } from '../../../apps/nightmarket/src/host/crypto.ts'

/** A store on a disk that loses its power: who writes to it, and what must be there afterwards. */
export interface PowerSubject {
  readonly name: string
  /** The program that prints a line of JSON for each thing it has acknowledged. */
  readonly script: string
  /** Hold what is left in a folder against what was said. */
  readonly check: (folder: string, said: readonly string[]) => Promise<CutFindings>
}

/** What a cut did to what had been acknowledged. */
export interface CutFindings {
  readonly acknowledged: number
  readonly lost: number
  /** What is wrong besides: a store that does not open, a receipt that proves nothing. */
  readonly findings: readonly string[]
}

const scriptAt = (name: string) => fileURLToPath(new URL(name, import.meta.url))

/** The edge's journal: the stall opens on what is left, has every order, and can prove it. */
export const JOURNAL_SUBJECT: PowerSubject = {
  name: "an edge's journal",
  script: scriptAt('sell-until-cut.ts'),
  async check(folder, [first = '{}', ...lines]) {
    const { certificate, marketPublicKey } = JSON.parse(first) as SaidFirst
    const orders = lines.map((line) => JSON.parse(line) as SaidOrder)
    const path = join(folder, 'journal.sqlite')
    const acknowledged = orders.length
    if (!existsSync(path)) return { acknowledged, lost: acknowledged, findings: [] }
    const store = await openSqliteJournal(path)
    const identity = { certificate, sign: () => '', publicKey: '' }
    await using stall = await openStall(createManualHost(store, identity))
    const kept = orders.filter((order) => isThere(stall.state, order))
    const findings: string[] = []
    for (const { orderId } of spread(kept, RECEIPTS_MAX)) {
      const receipt = await stall.receipt(orderId)
      const check = { digest, verify: verifySignature }
      if (receipt === null || !verifyReceipt(receipt, marketPublicKey, check).ok) {
        findings.push(`the receipt of ${orderId} proves nothing after the cut`)
      }
    }
    return { acknowledged, lost: acknowledged - kept.length, findings }
  },
}

/** The core's books: every acknowledged entry is there with its hash, and the books are sound. */
export const BOOKS_SUBJECT: PowerSubject = {
  name: "the core's books",
  script: scriptAt('book-until-cut.ts'),
  async check(folder, lines) {
    const said = lines.map((line) => JSON.parse(line) as SaidMark)
    const acknowledged = said.length
    await using books = await openBooks({ path: join(folder, 'books.sqlite') })
    const kept = await countKept(books, said)
    const findings: string[] = []
    const nowMs = () => EVENING.startMs
    const core = { books, nowMs, digest: sha256, verify: createVerifier() }
    for await (const { id, violations } of auditBooks(core)) {
      for (const { subject, problem } of violations) findings.push(`${id}: ${subject}: ${problem}`)
    }
    return { acknowledged, lost: acknowledged - kept, findings }
  },
}

/** The most receipts that are checked after one cut: verifying them takes longest. */
const RECEIPTS_MAX = 64

/** At most so many of a list, evenly from all of it. */
function spread<T>(all: readonly T[], most: number): readonly T[] {
  const step = Math.max(1, all.length / most)
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

interface SaidFirst {
  readonly certificate: NodeCertificate
  readonly marketPublicKey: string
}

interface SaidOrder {
  readonly orderId: OrderId
  readonly sequence: number
}

interface SaidMark {
  readonly nodeId: string
  readonly sequence: number
  readonly hash: string
  /** The last feed position that the node was told. */
  readonly told: number
}

function isThere(state: StallState, { orderId, sequence }: SaidOrder): boolean {
  return state.orders.get(orderId)?.sequence === sequence
}

async function countKept(books: BooksDatabase, said: readonly SaidMark[]): Promise<number> {
  return books.read('what was acknowledged', async (trx) => {
    const place = ['node_id', 'sequence', 'hash'] as const
    const entries = await trx.selectFrom('journal').select(place).execute()
    const there = new Set(entries.map((row) => `${row.node_id} ${row.sequence} ${row.hash}`))
    const feed = await trx.selectFrom('feed').select(['node_id', 'position']).execute()
    const told = new Set(feed.map((row) => `${row.node_id} ${row.position}`))
    const isKept = ({ nodeId, sequence, hash, told: position }: SaidMark) =>
      (sequence === 0 || there.has(`${nodeId} ${sequence} ${hash}`)) &&
      (position === 0 || told.has(`${nodeId} ${position}`))
    return said.filter(isKept).length
  })
}
