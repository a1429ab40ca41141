import { EXCHANGE_ENTRIES_MAX } from '@nightmarket/sync'
import { z } from 'zod'

import { idSchema, nodeIdSchema } from './id-schema.ts'

/** The most pools that a node says its demand for. */
const DEMAND_MAX = 10_000

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'SHA-256 as 64 hexadecimal digits.')
const count = z.int().min(0)

const checkpoint = z.strictObject({
  origin: z.string().max(300),
  size: count,
  root: hash,
  signature: z.string().max(128),
})

/** `POST /v1/exchange`: a child's journal up. Members of later versions are let pass. */
export const exchangeRequest = z
  .looseObject({
    protocolVersion: z.int(),
    nodeId: nodeIdSchema,
    epoch: z.int().min(1),
    entries: z
      .array(z.strictObject({ sequence: z.int().min(1), hash, text: z.string() }))
      .max(EXCHANGE_ENTRIES_MAX),
    previousHash: hash,
    checkpoint: checkpoint.nullable(),
    feedAfter: count,
    demand: z
      .array(
        z.strictObject({
          dropId: idSchema('drop', 'midnight'),
          itemId: idSchema('item', 'night-owl-mug:blue'),
          unsold: z.int(),
          held: count,
          waiting: count,
          sold: count,
        }),
      )
      .max(DEMAND_MAX),
    atMs: count,
  })
  .meta({ ref: 'ExchangeRequest' })

/** The parent's answer, as the reference shows it. */
export const exchangeResponse = z
  .discriminatedUnion('status', [
    z.looseObject({
      status: z.literal('ack'),
      sequence: count,
      hash,
      cosignature: z.string().nullable(),
      parentTimeMs: count,
      feed: z.array(
        z.looseObject({ position: count, atMs: count, type: z.string(), body: z.looseObject({}) }),
      ),
      feedHead: count,
    }),
    z.looseObject({ status: z.literal('want'), sequence: count, parentTimeMs: count }),
    z.looseObject({
      status: z.literal('fork'),
      sequence: count,
      parentHash: hash,
      childHash: hash,
    }),
    z.looseObject({ status: z.literal('refused'), code: z.string(), detail: z.string() }),
  ])
  .meta({ ref: 'ExchangeResponse' })
