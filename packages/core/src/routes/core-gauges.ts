import type { GaugeSample, GaugeSource } from '@nightmarket/http'

import type { Core } from '../core.ts'
import { listNodes } from '../node/close-node.ts'
import { countOrders } from '../order/order-view.ts'

/** What a core is watched by, for the registry of its metrics; each scrape reads the books. */
export function coreGauges(core: Pick<Core, 'books'>): readonly GaugeSource[] {
  return [
    {
      name: 'core_orders',
      help: 'Orders in the books, by state.',
      labelNames: ['state'],
      read: () => countByState(core),
    },
    {
      name: 'core_nodes',
      help: 'Nodes, by state.',
      labelNames: ['state'],
      read: () => countNodes(core),
    },
    {
      name: 'core_open_mismatches',
      help: 'Mismatches that somebody has yet to end.',
      read: () => countMismatches(core),
    },
  ]
}

async function countByState(core: Pick<Core, 'books'>): Promise<readonly GaugeSample[]> {
  const byState = Map.groupBy(await countOrders(core), ({ state }) => state)
  return [...byState].map(([state, counts]) => {
    return { labels: { state }, value: counts.reduce((sum, { orders }) => sum + orders, 0) }
  })
}

async function countNodes(core: Pick<Core, 'books'>): Promise<readonly GaugeSample[]> {
  const byState = Map.groupBy(await listNodes(core), ({ state }) => state)
  return [...byState].map(([state, nodes]) => ({ labels: { state }, value: nodes.length }))
}

async function countMismatches(core: Pick<Core, 'books'>): Promise<number> {
  const row = await core.books.read('count mismatches', (trx) =>
    trx
      .selectFrom('mismatch')
      .select((select) => select.fn.countAll<number>().as('count'))
      .where('closed_at_ms', 'is', null)
      .executeTakeFirstOrThrow(),
  )
  return Number(row.count)
}
