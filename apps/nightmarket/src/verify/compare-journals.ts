import type { BooksCopy } from './books-copy.ts'
import type { Findings } from './check.ts'
import type { WalkedJournal } from './edge-journal.ts'
import type { ProvenEntry } from './held-receipt.ts'

/**
 * Hold each edge's journal against the core's copy of it.
 *
 * - [VF6] The core's copy is the beginning of the edge's journal, entry by entry: the core never
 *   has what the edge has not, since acknowledged means durable at both. [I8]
 * - [VF7] Every order that an edge accepted is in the books, or not synced yet and counted so.
 */
export async function compareJournals(
  journals: readonly WalkedJournal[],
  books: BooksCopy,
  findings: Findings,
): Promise<void> {
  for (const journal of journals) {
    const mark = books.marks.get(journal.origin)
    if (mark === undefined) {
      findings.find(journal.origin, 'the books know no such node and epoch')
      continue
    }
    if (mark.sequence > journal.head.sequence) {
      const lost = mark.sequence - journal.head.sequence
      findings.find(journal.origin, `the edge has lost ${lost} entries that the core has`)
    }
    await comparePrefix(journal, books, findings)
    findOrders(journal, mark.sequence, books, findings)
    findings.cover('unsyncedEntries', Math.max(0, journal.head.sequence - mark.sequence))
  }
}

async function comparePrefix(
  { origin, hashes }: WalkedJournal,
  books: BooksCopy,
  findings: Findings,
): Promise<void> {
  for (let after = 0; after < hashes.length; ) {
    const page = await books.hashesAfter(origin, after)
    const last = page.at(-1)
    if (last === undefined) return
    findings.cover('entries', page.length)
    for (const { sequence, hash } of page) {
      const own = hashes[sequence - 1] ?? hash
      if (own === hash) continue
      findings.find(`${origin}/${sequence}`, `is ${own || 'missing'} here and ${hash} at the core`)
      return
    }
    after = last.sequence
  }
}

function findOrders(
  { origin, state }: WalkedJournal,
  syncedTo: number,
  books: BooksCopy,
  findings: Findings,
): void {
  for (const { order, sequence } of state.orders.values()) {
    findings.cover('orders', 1)
    if (sequence > syncedTo) findings.cover('unsyncedOrders', 1)
    else if (!books.orders.has(order.orderId)) {
      findings.find(order.orderId, `accepted at ${origin}/${sequence}, and not in the books`)
    }
  }
}

/**
 * Look for every order that somebody holds a receipt of.
 *
 * - [VF8] Its entry is in the edge's journal with the same hash, and in the core's copy once it is
 *   synced. What is in neither was lost. `null` books are out of reach: journals alone are asked.
 */
export async function findLost(
  held: readonly ProvenEntry[],
  journals: readonly WalkedJournal[],
  books: BooksCopy | null,
  findings: Findings,
): Promise<number> {
  const byOrigin = new Map(journals.map((journal) => [journal.origin, journal]))
  let lost = 0
  const lose = (entry: ProvenEntry, problem: string) => {
    lost += 1
    findings.find(entry.orderId, problem)
  }
  for (const entry of held) {
    findings.cover('orders', 1)
    const journal = byOrigin.get(entry.origin)
    const hash = journal?.hashes[entry.sequence - 1]
    const mark = books?.marks.get(entry.origin)?.sequence ?? 0
    if (journal === undefined && entry.sequence > mark) {
      lose(entry, `no journal of ${entry.origin} is here, and the core does not have the entry`)
    } else if (journal !== undefined && hash !== entry.hash) {
      lose(entry, `promised as ${entry.origin}/${entry.sequence}, and that entry is not it`)
    } else if (entry.sequence <= mark && books?.orders.has(entry.orderId) === false) {
      lose(entry, `promised as ${entry.origin}/${entry.sequence}, and not in the books`)
    }
  }
  return lost
}
