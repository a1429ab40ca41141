import { generateKeyPairSync } from 'node:crypto'

import { EVENING, releaseOfEvening } from '@nightmarket/kernel/testing'
import type { ExchangeRequest } from '@nightmarket/sync'

import {
  activateRelease,
  applyRelease,
  auditBooks,
  importCatalogue,
  type BooksDatabase,
} from '../../../packages/core/src/index.ts'
import { receiveExchange } from '../../../packages/core/src/journal/receive-exchange.ts'
import { closeNode, revokeNode } from '../../../packages/core/src/node/close-node.ts'
import { createEnrolment, enrolNode } from '../../../packages/core/src/node/enrol-node.ts'
import { rollbackRelease } from '../../../packages/core/src/release/activate-release.ts'
import { queryOverdueLeases } from '../../../packages/core/src/stock/query-leases.ts'
import { shareStock } from '../../../packages/core/src/stock/share-stock.ts'
import { writeOff } from '../../../packages/core/src/stock/write-off.ts'
import {
  FieldMarket,
  productOf,
  valueOf,
} from '../../../packages/core/src/testing/field-market.ts'
import type { FieldNode } from '../../../packages/core/src/testing/field-node.ts'
import type { CoreBench, CoreCase } from './core-sweep.ts'

/** A core with real nodes, and what a case keeps between its preparation and its command. */
export interface FieldStage {
  readonly market: FieldMarket
  readonly nodes: FieldNode[]
  code: string
  publicKey: string
  /** What a node sends, the same each time. */
  request: ExchangeRequest | null
}

/** Nodes, journals, leases and releases: everything but money. */
export const FIELD_BENCH: CoreBench<FieldStage> = {
  async open(books: BooksDatabase) {
    const market = await FieldMarket.open(books, { mugs: 40, prints: 10 })
    return { market, nodes: [], code: '', publicKey: '', request: null }
  },
  async settle({ nodes }) {
    for (const node of [...nodes, ...nodes]) await node.sync()
  },
  describe,
  async audit({ market: { core } }) {
    const found: string[] = []
    for await (const { id, violations } of auditBooks(core)) {
      found.push(...violations.map(({ subject, problem }) => `${id}: ${subject}: ${problem}`))
    }
    return found
  },
  async close() {},
}

async function enrolled(stage: FieldStage, name = 'edge'): Promise<FieldNode> {
  const node = await stage.market.enrol(name)
  stage.nodes.push(node)
  return node
}

async function selling(stage: FieldStage): Promise<FieldNode> {
  const node = await enrolled(stage)
  await node.sync()
  return node
}

function first({ nodes: [node] }: FieldStage): FieldNode {
  if (node === undefined) throw new Error('the case has prepared its node')
  return node
}

function sends(stage: FieldStage, node: FieldNode): void {
  stage.request = node.request()
}

function sent({ market, request }: FieldStage): Promise<unknown> {
  if (request === null) throw new Error('the case has prepared what is sent')
  return receiveExchange(market.core, request)
}

/** What nodes and operators ask of the core. */
export const FIELD_CASES: readonly CoreCase<FieldStage>[] = [
  {
    name: 'import a catalogue',
    prepare: async () => {},
    act: ({ market }) => importCatalogue(market.core, [productOf('mug', 60), productOf('cap', 5)]),
  },
  {
    name: 'apply a release and activate it',
    prepare: async (stage) => void (await selling(stage)),
    async act({ market }) {
      const applied = await applyRelease(market.core, releaseOfEvening({ priceMinor: 900 }))
      await activateRelease(market.core, valueOf(applied).releaseId)
    },
  },
  {
    name: 'roll a release back',
    async prepare(stage) {
      await selling(stage)
      await stage.market.activate(releaseOfEvening({ priceMinor: 900 }))
    },
    act: ({ market }) => rollbackRelease(market.core, { expectedNumber: 2 }),
  },
  {
    name: 'enrol a node',
    async prepare(stage) {
      const wanted = { kind: 'edge', name: 'new' } as const
      stage.code = valueOf(await createEnrolment(stage.market.core, wanted)).code
      const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' })
      stage.publicKey = Buffer.from(x ?? '', 'base64url').toString('base64')
    },
    act: ({ market, code, publicKey }) =>
      enrolNode(market.core, { code, publicKey, name: 'new' }).then(valueOf),
  },
  {
    name: 'lend units to a node that comes',
    prepare: async (stage) => sends(stage, await enrolled(stage)),
    act: sent,
  },
  {
    name: 'take in sales',
    async prepare(stage) {
      const node = await selling(stage)
      for (const id of ['o1', 'o2', 'o3']) node.buy(id)
      node.buy('o4', { variantId: EVENING.print, method: 'cash' })
      node.buy('o5', { variantId: EVENING.bundle })
      sends(stage, node)
    },
    act: sent,
  },
  {
    name: 'take in units that come back',
    async prepare(stage) {
      const node = await selling(stage)
      node.buy('o1')
      node.run({ type: 'return_units', leaseId: null })
      sends(stage, node)
    },
    act: sent,
  },
  {
    name: 'share stock between two nodes',
    async prepare(stage) {
      const one = await selling(stage)
      const two = await enrolled(stage, 'second edge')
      await two.sync()
      for (let number = 0; one.unsold() > 0; number += 1) one.buy(`o${number}`)
      await one.exchange()
    },
    act: ({ market }) => shareStock(market.core),
  },
  {
    name: 'ask about leases that are over',
    async prepare(stage) {
      await selling(stage)
      stage.market.travel(2 * 3_600_000)
    },
    act: ({ market }) => queryOverdueLeases(market.core),
  },
  {
    name: 'write a lost node off',
    async prepare(stage) {
      const node = await selling(stage)
      node.buy('o1')
      await node.sync()
    },
    act: (stage) =>
      writeOff(stage.market.core, {
        nodeId: first(stage).nodeId,
        counted: [{ itemId: EVENING.mugItem, quantity: 2 }],
        requestId: 'count-1',
      }),
  },
  {
    name: 'revoke a node',
    async prepare(stage) {
      const node = await selling(stage)
      node.buy('o1')
      await node.sync()
    },
    act: (stage) => revokeNode(stage.market.core, first(stage).nodeId, 'lost'),
  },
  {
    name: 'ask a node to close',
    prepare: async (stage) => void (await selling(stage)),
    act: (stage) => closeNode(stage.market.core, first(stage).nodeId),
  },
  {
    name: 'see a fork',
    async prepare(stage) {
      const node = await selling(stage)
      const copy = node.clone()
      node.buy('o1')
      copy.buy('o2')
      await node.exchange()
      sends(stage, copy)
    },
    act: sent,
  },
]

async function describe({ market }: FieldStage): Promise<readonly string[]> {
  return market.core.books.read('how it stands', async (trx) => {
    const items = await trx.selectFrom('item').selectAll().execute()
    const pools = await trx
      .selectFrom('drop_pool')
      .select(['drop_id', 'item_id', 'units', 'out', 'is_exhausted'])
      .execute()
    const leases = await trx
      .selectFrom('lease')
      .innerJoin('node', 'node.node_id', 'lease.node_id')
      .select(['name', 'item_id', 'granted', 'sold', 'returned', 'written_off', 'recalled'])
      .execute()
    const nodes = await trx
      .selectFrom('node')
      .select(['name', 'epoch', 'state'])
      .execute()
    const orders = await trx.selectFrom('sale_order').select(['order_id', 'state']).execute()
    const payments = await trx.selectFrom('payment').select(['pay_key', 'state']).execute()
    const mismatches = await trx.selectFrom('mismatch').select(['kind']).execute()
    const activations = await trx.selectFrom('activation').select(['number']).execute()
    const tables = { items, pools, leases, nodes, orders, payments, mismatches, activations }
    return Object.entries(tables).flatMap(([name, rows]) =>
      rows.map((row) => `${name} ${Object.values(row).join(' ')}`),
    )
  })
}
