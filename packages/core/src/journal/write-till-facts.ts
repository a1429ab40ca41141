import type { BooksTransaction } from '../database/books-database.ts'
import type { NewRow } from '../database/books-tables.ts'
import { insertRows } from '../database/insert-rows.ts'
import type { Batch, CountArrival, RequestArrival } from './batch.ts'

/** Write which units moved between nodes, and which side has said so. */
export async function writeTransfers(trx: BooksTransaction, { known }: Batch): Promise<void> {
  const made: NewRow<'transfer'>[] = []
  for (const { row, isNew, heard } of known.transfers.values()) {
    const sides = { giver_heard: heard.giver ? 1 : 0, taker_heard: heard.taker ? 1 : 0 }
    if (isNew) made.push({ ...row, ...sides })
    else {
      const { transfer_id } = row
      await trx.updateTable('transfer').set(sides).where('transfer_id', '=', transfer_id).execute()
    }
  }
  await insertRows(trx, 'transfer', made)
}

/** Write what operators asked for and counted. A request id that was used before is the same. */
export async function writeTillFacts(trx: BooksTransaction, batch: Batch): Promise<void> {
  const { nowMs } = batch.known
  for (const arrival of batch.requests) {
    await trx
      .insertInto('till_request')
      .values(requestRow(arrival, nowMs))
      .onConflict((conflict) => conflict.columns(['node_id', 'epoch', 'request_id']).doNothing())
      .execute()
  }
  await insertRows(trx, 'cash_count', batch.counts.flatMap(cashRow))
  await insertRows(trx, 'stock_count', batch.counts.flatMap(stockRow))
}

function requestRow(
  { entry, request }: RequestArrival,
  nowMs: number,
): NewRow<'till_request'> {
  return {
    node_id: entry.nodeId,
    epoch: entry.epoch,
    request_id: request.requestId,
    sequence: entry.sequence,
    order_id: request.orderId,
    kind: request.kind,
    amount_minor: request.amountMinor,
    is_paid_out: request.isPaidOut ? 1 : 0,
    operator_id: request.operatorId,
    why: request.why,
    state: 'pending',
    reason: null,
    made_at_ms: entry.atMs,
    seen_at_ms: nowMs,
  }
}

function cashRow(arrival: CountArrival): readonly NewRow<'cash_count'>[] {
  if (arrival.type !== 'cash') return []
  const { count } = arrival
  return [
    {
      ...placeOf(arrival),
      kind: count.kind,
      amount_minor: count.amountMinor,
      expected_minor: count.expectedMinor,
      currency: count.currency,
    },
  ]
}

function stockRow(arrival: CountArrival): readonly NewRow<'stock_count'>[] {
  if (arrival.type !== 'stock') return []
  const { count } = arrival
  const { itemId: item_id, quantity, expectedQuantity: expected } = count
  return [{ ...placeOf(arrival), item_id, quantity, expected }]
}

function placeOf({ entry, count }: CountArrival) {
  return {
    node_id: entry.nodeId,
    epoch: entry.epoch,
    sequence: entry.sequence,
    operator_id: count.operatorId,
    why: count.why,
    counted_at_ms: entry.atMs,
  }
}
