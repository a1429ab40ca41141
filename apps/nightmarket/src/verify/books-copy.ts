import type { BooksDatabase } from '@nightmarket/core'
import {
  poolKey,
  type Allocation,
  type DropId,
  type Hash,
  type ItemId,
  type OrderState,
} from '@nightmarket/kernel'

/** Rows read at once. */
const PAGE = 5_000

/** What the core has of a node's journal. */
export interface ReceivedJournal {
  readonly sequence: number
  readonly hash: Hash
}

/** An order as the books have it. */
export interface BookedOrder {
  readonly orderId: string
  readonly origin: string
  readonly state: OrderState
  readonly isContested: boolean
  /** Handed over: its units are gone whatever becomes of the money. */
  readonly isFulfilled: boolean
  readonly allocations: readonly Allocation[]
}

/** What the books say, for whoever compares them with the edges. Read only. */
export interface BooksCopy {
  /** Marks by `<nodeId>/<epoch>`, of retired epochs too. */
  readonly marks: ReadonlyMap<string, ReceivedJournal>
  readonly orders: ReadonlyMap<string, BookedOrder>
  /** Units on hand by item. */
  readonly onHand: ReadonlyMap<string, number>
  /** Units that the core could still lend, by `poolKey(dropId, itemId)`. */
  readonly lendable: ReadonlyMap<string, number>
  /** The hash at each of the core's copies, page by page from after a sequence. */
  readonly hashesAfter: (origin: string, after: number) => Promise<readonly ReceivedJournal[]>
}

/** Read what is compared. Orders and marks are of one moment; entries are read as asked for. */
export async function readBooksCopy(books: BooksDatabase): Promise<BooksCopy> {
  const marks = await readMarks(books)
  const orders = await readOrders(books)
  const items = await books.read('stock', (trx) =>
    trx.selectFrom('item').select(['item_id', 'on_hand']).execute(),
  )
  return {
    marks,
    orders,
    onHand: new Map(items.map((row) => [row.item_id, row.on_hand])),
    lendable: await readLendable(books),
    hashesAfter: (origin, after) => readHashes(books, origin, after),
  }
}

/** What is free, within what the drop may sell. */
async function readLendable(books: BooksDatabase): Promise<ReadonlyMap<string, number>> {
  const rows = await books.read('pools', (trx) =>
    trx
      .selectFrom('drop_pool')
      .innerJoin('item', 'item.item_id', 'drop_pool.item_id')
      .select(['drop_pool.drop_id', 'drop_pool.item_id', 'units', 'out', 'free'])
      .execute(),
  )
  return new Map(
    rows.map(({ drop_id, item_id, units, out, free }) => {
      const lendable = Math.min(free, units === null ? free : Math.max(0, units - out))
      return [poolKey(drop_id as DropId, item_id as ItemId), lendable]
    }),
  )
}

async function readMarks(books: BooksDatabase): Promise<ReadonlyMap<string, ReceivedJournal>> {
  const rows = await books.read('journals', async (trx) => {
    const columns = ['node_id', 'epoch', 'sequence', 'head_hash'] as const
    const current = await trx.selectFrom('node').select(columns).execute()
    return [...current, ...(await trx.selectFrom('retired_epoch').select(columns).execute())]
  })
  return new Map(
    rows.map((row) => {
      return [`${row.node_id}/${row.epoch}`, { sequence: row.sequence, hash: row.head_hash }]
    }),
  )
}

async function readOrders(books: BooksDatabase): Promise<ReadonlyMap<string, BookedOrder>> {
  const orders = new Map<string, BookedOrder>()
  for (let after = ''; ; ) {
    const rows = await readOrderPage(books, after)
    for (const row of rows) {
      orders.set(row.order_id, {
        orderId: row.order_id,
        origin: `${row.node_id}/${row.epoch}`,
        state: row.state as OrderState,
        isContested: row.is_contested === 1,
        isFulfilled: row.fulfilled_at_ms !== null,
        allocations: JSON.parse(row.allocations) as readonly Allocation[],
      })
    }
    const last = rows.at(-1)
    if (last === undefined || rows.length < PAGE) return orders
    after = last.order_id
  }
}

function readOrderPage(books: BooksDatabase, after: string) {
  const columns = [
    'order_id',
    'node_id',
    'epoch',
    'state',
    'is_contested',
    'fulfilled_at_ms',
    'allocations',
  ] as const
  return books.read('orders', (trx) =>
    trx
      .selectFrom('sale_order')
      .select(columns)
      .where('order_id', '>', after)
      .orderBy('order_id')
      .limit(PAGE)
      .execute(),
  )
}

async function readHashes(
  books: BooksDatabase,
  origin: string,
  after: number,
): Promise<readonly ReceivedJournal[]> {
  const slash = origin.lastIndexOf('/')
  return books.read('a journal', (trx) =>
    trx
      .selectFrom('journal')
      .select(['sequence', 'hash'])
      .where('node_id', '=', origin.slice(0, slash))
      .where('epoch', '=', Number(origin.slice(slash + 1)))
      .where('sequence', '>', after)
      .orderBy('sequence')
      .limit(PAGE)
      .execute(),
  )
}
