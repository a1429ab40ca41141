import type { ItemId, NodeId } from '@nightmarket/kernel'
import { sql } from 'kysely'

import type { Core } from '../core.ts'

/** Items listed for one node at most. [S7] */
const HOLDINGS_MAX = 2_000

/** What the books say that a node still has of one item: lent, and neither sold nor back. */
export interface Holding {
  readonly itemId: ItemId
  readonly units: number
}

/** A node's holdings, and the moment they are of: the ends of its journal and of its feed. */
export interface Holdings {
  readonly sequence: number
  readonly feedHead: number
  readonly holdings: readonly Holding[]
}

/**
 * What the books say that a node holds in an epoch, to be compared with what it says itself. [TQ4]
 *
 * - [TQ4] A till reads what it holds by the books, as of an entry of its journal and a position
 *   of its feed, so that books and till are compared at the same moment.
 */
export async function readHoldings(
  core: Pick<Core, 'books'>,
  { nodeId, epoch }: { readonly nodeId: NodeId; readonly epoch: number },
): Promise<Holdings> {
  return core.books.read('holdings of a node', async (trx) => {
    const node = await trx
      .selectFrom('node')
      .select(['sequence', 'feed_head'])
      .where('node_id', '=', nodeId)
      .where('epoch', '=', epoch)
      .executeTakeFirst()
    const rows = await trx
      .selectFrom('lease')
      .select('item_id')
      .select(
        sql<number>`cast(sum(granted - sold - returned - written_off) as bigint)`.as('units'),
      )
      .where('node_id', '=', nodeId)
      .where('epoch', '=', epoch)
      .groupBy('item_id')
      .orderBy('item_id')
      .limit(HOLDINGS_MAX)
      .execute()
    const holdings = rows.map(({ item_id, units }) => ({ itemId: item_id as ItemId, units }))
    return { sequence: node?.sequence ?? 0, feedHead: node?.feed_head ?? 0, holdings }
  })
}
