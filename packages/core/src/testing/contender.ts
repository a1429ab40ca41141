import { hrtime } from 'node:process'

import { assert, type DropId, type ItemId, type NodeId } from '@nightmarket/kernel'
import { EVENING, History, type CounterAct } from '@nightmarket/kernel/testing'

import { openBooks, type BooksAddress } from '../database/books-database.ts'
import { grantLease } from '../stock/share-stock.ts'
import { createFieldCore } from './field-market.ts'

/**
 * A core process of its own that lends the units of one item as fast as it can, several at a time,
 * and looks how many are left. Prints what it did and when, by a clock that all processes share.
 */
export interface ContenderStart {
  readonly address: BooksAddress
  readonly nodeId: NodeId
  readonly itemId: ItemId
  readonly dropId: DropId
}

const CLIENTS = 4
const ACTS_EACH = 6

if (import.meta.main) await contend()

async function contend(): Promise<void> {
  const { address, nodeId, itemId, dropId } = readStart()
  await using books = await openBooks(address)
  const core = createFieldCore(books, { nowMs: EVENING.startMs })
  const history = new History<CounterAct>(() => Number(hrtime.bigint() / 1_000n))
  const lease = { nodeId, itemId, dropId, sellUntilMs: EVENING.endMs }
  const take = (client: string, count: number) =>
    history.note(
      client,
      () => books.transact('lend', (trx) => grantLease(core, trx, { ...lease, quantity: count })),
      (taken) => ({ type: 'take', count, taken }),
    )
  const look = (client: string) =>
    history.note(
      client,
      () =>
        books.read('look', (trx) =>
          trx
            .selectFrom('item')
            .select('free')
            .where('item_id', '=', itemId)
            .executeTakeFirstOrThrow(),
        ),
      ({ free }) => ({ type: 'read', seen: free }),
    )
  const clients = Array.from({ length: CLIENTS }, async (_, index) => {
    const client = `${nodeId} ${index}`
    for (let act = 0; act < ACTS_EACH; act += 1) {
      await take(client, 1 + ((act + index) % 2))
      await look(client)
    }
  })
  process.stdout.write('ready\n')
  await Promise.all(clients)
  process.stdout.write(`${JSON.stringify(history.operations)}\n`)
}

function readStart(): ContenderStart {
  const [, , text] = process.argv
  assert(text !== undefined, 'the first argument is what to contend for')
  return JSON.parse(text) as ContenderStart
}
