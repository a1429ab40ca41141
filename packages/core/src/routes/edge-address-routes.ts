import { CACHE, describe, documentBody, parseJson } from '@nightmarket/http'
import { Hono } from 'hono'
import { z } from 'zod'

import { keepAddress, listAddresses } from '../node/edge-address.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { nodeIdSchema } from './id-schema.ts'
import { readSigned } from './node-guard.ts'

const TAG = 'Nodes to the core'

/** An origin: no path, so that two spellings are not two edges. */
const url = z
  .string()
  .max(200)
  .regex(/^https?:\/\/[^/\s?#]+$/, 'An origin such as https://edge.example, without a path.')
  .meta({ examples: ['https://north.example'] })

const addressRequest = z.strictObject({ url: url.nullable() }).meta({ ref: 'AddressRequest' })

const edgesAnswer = z
  .strictObject({ edges: z.array(z.strictObject({ nodeId: nodeIdSchema, url: z.string() })) })
  .meta({ ref: 'EdgeAddresses' })

/** Where viewers find the edges. */
export function edgeAddressRoutes({ core }: Pick<CoreRoutesDeps, 'core'>) {
  return new Hono()
    .post(
      '/v1/address',
      describe(CORE_PROBLEMS, {
        summary: 'Where viewers reach this edge',
        description: 'In the edge’s own words; `null` takes it off the list. Idempotent.',
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'Kept.', schema: addressRequest } },
        problems: [
          'signature_missing',
          'signature_malformed',
          'signature_invalid',
          'node_unknown',
          'node_revoked',
          'epoch_retired',
          ...BODY_CODES,
        ],
      }),
      documentBody(addressRequest),
      async (c) => {
        const signed = await readSigned(core, c, 1_024)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const parsed = parseJson(signed.value.body, addressRequest)
        if (!parsed.ok) return CORE_PROBLEMS.respond(parsed.error)
        await keepAddress(core, signed.value.nodeId, parsed.value.url)
        return c.json(parsed.value, 200)
      },
    )
    .get(
      '/v1/edges',
      describe(CORE_PROBLEMS, {
        summary: 'The edges that viewers can reach',
        tag: TAG,
        answers: { 200: { description: 'Those with an address.', schema: edgesAnswer } },
        problems: [],
      }),
      async (c) => {
        const edges = [...(await listAddresses(core))]
        return c.json({ edges }, 200, { 'Cache-Control': CACHE.brief })
      },
    )
}
