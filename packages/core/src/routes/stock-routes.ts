import { createValidate, describe } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { listLeases, listStock } from '../stock/stock-audit.ts'
import { CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { atMs, limitSchema, nodeIdSchema } from './id-schema.ts'

const TAG = 'Stock'

const stockList = z.strictObject({
  items: z.array(
    z
      .strictObject({
        itemId: z.string().meta({ examples: ['night-owl-mug:blue'] }),
        title: z.string().nullable(),
        sku: z.string().nullable(),
        onHand: z.int(),
        free: z.int(),
        outstanding: z.int().meta({ description: 'Out with nodes, neither sold nor back.' }),
        sold: z.int(),
        writtenOff: z.int(),
      })
      .meta({ ref: 'StockLine' }),
  ),
})

const leaseList = z.strictObject({
  leases: z.array(
    z
      .strictObject({
        leaseId: z.string(),
        nodeId: z.string(),
        epoch: z.int(),
        dropId: z.string(),
        itemId: z.string(),
        granted: z.int().meta({ description: 'Without what was handed on.' }),
        handed: z.int().meta({ description: 'Went on to other nodes by slips.' }),
        sold: z.int(),
        returned: z.int(),
        writtenOff: z.int(),
        sellUntilMs: atMs('No sale at or after it.'),
        state: z.string(),
      })
      .meta({ ref: 'Lease' }),
  ),
})

const leaseQuery = z.strictObject({ nodeId: nodeIdSchema.optional(), limit: limitSchema(1_000) })

/** Where every unit is. */
export function stockRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .get(
      '/v1/stock',
      describe(CORE_PROBLEMS, {
        summary: 'The stock, item by item',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'One line per item.', schema: stockList } },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ items: [...(await listStock(core))] }, 200),
    )
    .get(
      '/v1/leases',
      describe(CORE_PROBLEMS, {
        summary: 'Leases, newest first',
        tag: TAG,
        security: 'bearer',
        answers: { 200: { description: 'At most `limit`.', schema: leaseList } },
        problems: ['unauthorized', 'invalid_request'],
      }),
      admin,
      validate('query', leaseQuery),
      async (c) => {
        const { nodeId, limit } = c.req.valid('query')
        const of = nodeId === undefined ? {} : { nodeId }
        return c.json({ leases: [...(await listLeases(core, { ...of, limit }))] }, 200)
      },
    )
}
