import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

import { auditBooks, openBooks, type BooksAddress, type BooksDatabase } from '@nightmarket/core'

import { createVerifier, sha256 } from '../host/crypto.ts'
import { MARKET_FILES } from '../market/market-folder.ts'
import { readBooksCopy, type BooksCopy } from './books-copy.ts'
import { Findings, type Check } from './check.ts'
import { compareJournals, findLost } from './compare-journals.ts'
import { walkEdgeJournal, type WalkedJournal } from './edge-journal.ts'
import { checkReceipts } from './edge-receipts.ts'
import { proveReceipts, type HeldReceipt } from './held-receipt.ts'
import { countUnits } from './units-everywhere.ts'

/** What is verified, and how thoroughly. */
export interface Verification {
  /** The market's folder. */
  readonly folder: string
  /** `null` for a folder of edges alone: their own word for the market's key is taken. */
  readonly marketPublicKey: string | null
  /** Where the books are; `null` when they are elsewhere. */
  readonly books: BooksAddress | null
  /** The most receipts that are cut from each journal. */
  readonly receiptsMax: number
  /** Receipts that were handed out; each is looked for. */
  readonly held?: Iterable<HeldReceipt>
  readonly onProgress?: (text: string) => void
}

/** Everything that was checked, and whether all of it holds. */
export interface VerifyReport {
  readonly verified: boolean
  readonly checks: readonly Check[]
  readonly violationCount: number
  /** Units of live orders beyond what exists; `null` without books. */
  readonly oversold: number | null
  /** Receipts whose order is nowhere. */
  readonly lost: number
  readonly journals: readonly WalkedJournal[]
  readonly copy: BooksCopy | null
}

/**
 * Walk every journal on this machine and all books, and hold them against each other.
 *
 * Reads only, and may run beside the servers: books are read before journals, so that an edge that
 * sells on is ahead of its copy and never behind it.
 */
export async function verifyMarket(verification: Verification): Promise<VerifyReport> {
  const { books: address, onProgress: say = () => undefined } = verification
  await using books = address === null ? null : await openBooks(address)
  say('Reading the books')
  const copy = books === null ? null : await readBooksCopy(books)
  const walked = walkJournals(verification, say)
  const checks = [...walked.checks]
  if (copy !== null) checks.push(await compared(walked.journals, copy))
  const { check: units, oversold } = countedUnits(walked.journals, copy)
  if (units !== null) checks.push(units)
  const { check: promised, lost } = await lookForHeld(verification, walked.journals, copy)
  if (promised !== null) checks.push(promised)
  if (books !== null) checks.push(...(await audited(books, say)))
  const violationCount = checks.reduce((sum, check) => sum + check.violationCount, 0)
  const { journals } = walked
  const verified = violationCount === 0
  return { verified, checks, violationCount, oversold, lost, journals, copy }
}

/** The folders of the edges that keep their journals in a market's folder. */
export function edgeFolders(folder: string): readonly string[] {
  const edges = join(folder, 'edges')
  if (!existsSync(edges)) return []
  return readdirSync(edges, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => MARKET_FILES.edge(folder, name))
    .sort()
}

function walkJournals(verification: Verification, say: (text: string) => void) {
  const { folder, marketPublicKey, receiptsMax } = verification
  const walks = new Findings('edge_journals')
  const receipts = new Findings('edge_receipts')
  const journals: WalkedJournal[] = []
  for (const edge of edgeFolders(folder)) {
    say(`Walking ${edge}`)
    const journal = walkEdgeJournal(edge, marketPublicKey, walks)
    if (journal === null) continue
    journals.push(journal)
    if (marketPublicKey !== null) checkReceipts(journal, marketPublicKey, receiptsMax, receipts)
  }
  return { journals, checks: [walks.check(), receipts.check()] }
}

async function compared(journals: readonly WalkedJournal[], copy: BooksCopy): Promise<Check> {
  const findings = new Findings('journals_agree')
  await compareJournals(journals, copy, findings)
  return findings.check()
}

function countedUnits(journals: readonly WalkedJournal[], copy: BooksCopy | null) {
  if (copy === null) return { check: null, oversold: null }
  const findings = new Findings('units_everywhere')
  const oversold = countUnits(journals, copy, findings)
  return { check: findings.check(), oversold }
}

async function lookForHeld(
  { held, marketPublicKey }: Verification,
  journals: readonly WalkedJournal[],
  copy: BooksCopy | null,
) {
  if (held === undefined || marketPublicKey === null) return { check: null, lost: 0 }
  const findings = new Findings('receipts_held')
  const proven = proveReceipts(held, marketPublicKey, findings)
  const lost = await findLost(proven, journals, copy, findings)
  return { check: findings.check(), lost }
}

async function audited(books: BooksDatabase, say: (text: string) => void): Promise<Check[]> {
  const core = { books, nowMs: Date.now, digest: sha256, verify: createVerifier() }
  const checks: Check[] = []
  for await (const check of auditBooks(core)) {
    say(`Checking the books: ${check.id.replaceAll('_', ' ')}`)
    checks.push(check)
  }
  return checks
}
