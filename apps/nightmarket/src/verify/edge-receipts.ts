import { verifyReceipt, type Checkpoint, type OrderId, type Receipt } from '@nightmarket/kernel'
import { openSqliteJournalReader } from '@nightmarket/storage/sqlite'

import { createVerifier, sha256 } from '../host/crypto.ts'
import { EDGE_FILES } from '../market/edge-folder.ts'
import type { Findings } from './check.ts'
import type { WalkedJournal } from './edge-journal.ts'

/**
 * Cut the receipt of each accepted order, or of `countMax` evenly spread ones, and check it with
 * nothing but the market's key. [VF4]
 */
export function checkReceipts(
  journal: WalkedJournal,
  marketPublicKey: string,
  countMax: number,
  findings: Findings,
): void {
  const orders = [...journal.state.orders.values()].map((record) => {
    return { orderId: record.order.orderId, sequence: record.sequence }
  })
  const chosen = new Map(spread(orders, countMax).map((each) => [each.sequence, each.orderId]))
  findings.cover('orders', orders.length)
  findings.cover('receipts', chosen.size)
  if (chosen.size === 0) return
  const check = { digest: sha256, verify: createVerifier() }
  using reader = openSqliteJournalReader(EDGE_FILES.journal(journal.folder))
  for (const { sequence, text } of reader.entries()) {
    const orderId = chosen.get(sequence)
    if (orderId === undefined) continue
    const problem = flawOf(journal, { sequence, text, orderId }, (receipt) =>
      verifyReceipt(receipt, marketPublicKey, check),
    )
    if (problem !== null) findings.find(`${journal.origin}/${sequence}`, problem)
    chosen.delete(sequence)
  }
}

interface AcceptedEntry {
  readonly sequence: number
  readonly text: string
  readonly orderId: OrderId
}

function flawOf(
  journal: WalkedJournal,
  { sequence, text, orderId }: AcceptedEntry,
  verify: (receipt: Receipt) => ReturnType<typeof verifyReceipt>,
): string | null {
  const checkpoint = findCovering(journal.checkpoints, sequence)
  if (checkpoint === null) return `no checkpoint covers order ${orderId}`
  if (checkpoint.size > journal.tree.size) return `the receipt of order ${orderId} cannot be cut`
  const verified = verify({
    format: 'nightmarket-receipt/1',
    entry: text,
    leafIndex: sequence - 1,
    path: journal.tree.inclusionPath(sequence - 1, checkpoint.size),
    checkpoint,
    certificate: journal.certificate,
  })
  if (!verified.ok) return `the receipt of order ${orderId} proves nothing: ${verified.error.code}`
  return verified.value.order.orderId === orderId ? null : `the receipt is not of order ${orderId}`
}

/** The smallest checkpoint that includes a sequence. */
function findCovering(checkpoints: readonly Checkpoint[], sequence: number): Checkpoint | null {
  let low = 0
  let high = checkpoints.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((checkpoints[middle]?.size ?? 0) >= sequence) high = middle
    else low = middle + 1
  }
  return checkpoints[low] ?? null
}

/** All of them, or as many as wanted with even gaps, the first and the last among them. */
function spread<T>(items: readonly T[], countMax: number): readonly T[] {
  if (items.length <= countMax) return items
  return Array.from({ length: countMax }, (_, index) => {
    return items[Math.round((index * (items.length - 1)) / Math.max(1, countMax - 1))]
  }).filter((item) => item !== undefined)
}
