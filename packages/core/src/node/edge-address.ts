import type { NodeId } from '@nightmarket/kernel'

import type { Core } from '../core.ts'

/** An edge as viewers reach it. */
export interface EdgeAddress {
  readonly nodeId: NodeId
  readonly url: string
}

/** Keep where viewers reach an edge, in its own words; `null` takes it off the list. [NO8] */
export async function keepAddress(core: Core, nodeId: NodeId, url: string | null): Promise<void> {
  await core.books.transact('keep address', async (trx) => {
    await trx.updateTable('node').set({ url }).where('node_id', '=', nodeId).execute()
  })
}

/** The edges that sell and have an address, for pages to choose from. [NO8] */
export async function listAddresses(core: Core): Promise<readonly EdgeAddress[]> {
  return core.books.read('edge addresses', async (trx) => {
    const rows = await trx
      .selectFrom('node')
      .select(['node_id', 'url'])
      .where('kind', '=', 'edge')
      .where('state', '=', 'active')
      .where('url', 'is not', null)
      .orderBy('node_id')
      .limit(EDGES_MAX)
      .execute()
    return rows.map(({ node_id, url }) => ({ nodeId: node_id as NodeId, url: url ?? '' }))
  })
}

/** The most edges that a page is told of: it measures each. */
const EDGES_MAX = 50
