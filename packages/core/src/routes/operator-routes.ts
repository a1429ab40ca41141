import { CACHE, createValidate, describe } from '@nightmarket/http'
import { OPERATORS_PATH } from '@nightmarket/sync'
import { Hono } from 'hono'
import { z } from 'zod'

import {
  addOperator,
  changePin,
  listOperators,
  removeOperator,
  signOperatorList,
} from '../till/operator.ts'
import { BODY_CODES, CORE_PROBLEMS } from './core-problem.ts'
import type { CoreRoutesDeps } from './core-routes-deps.ts'
import { atMs, idSchema } from './id-schema.ts'
import { readSigned } from './node-guard.ts'

const TAG = 'Operators'

const operatorIdSchema = idSchema('operator', 'c5d2…')

const pin = z
  .strictObject({
    salt: z
      .string()
      .regex(/^[0-9a-f]{32}$/)
      .meta({ description: '16 random bytes, hexadecimal.' }),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .meta({ description: 'scrypt of the PIN, N = 2^15, r = 8, p = 1, hexadecimal.' }),
  })
  .meta({ ref: 'PinHash', description: 'The PIN itself never leaves the one who knows it.' })

const operator = z
  .strictObject({
    operatorId: operatorIdSchema,
    name: z.string().trim().min(1).max(80),
    role: z.enum(['seller', 'steward']),
  })
  .meta({ ref: 'Operator' })

const list = z
  .looseObject({
    operators: z.array(z.looseObject({})),
    issuedAtMs: atMs('When it was made.'),
    signature: z.string().meta({ description: 'The market’s, over every member.' }),
  })
  .meta({ ref: 'OperatorList' })

const operatorParam = z.strictObject({ operatorId: operatorIdSchema })

/** Who works at tills: kept by the host, and told to nodes with what they check a PIN by. */
export function operatorRoutes(deps: CoreRoutesDeps) {
  return new Hono().route('/', keepRoutes(deps)).route('/', listRoutes(deps))
}

function keepRoutes({ core, admin }: CoreRoutesDeps) {
  const validate = createValidate(CORE_PROBLEMS)
  return new Hono()
    .post(
      '/v1/operators',
      describe(CORE_PROBLEMS, {
        summary: 'Let somebody work at tills',
        tag: TAG,
        security: 'bearer',
        answers: { 201: { description: 'Who, with an id.', schema: operator } },
        problems: ['unauthorized', ...BODY_CODES],
      }),
      admin,
      validate('json', operator.omit({ operatorId: true }).extend({ pin })),
      async (c) => c.json(await addOperator(core, c.req.valid('json')), 201),
    )
    .put(
      '/v1/operators/:operatorId/pin',
      describe(CORE_PROBLEMS, {
        summary: 'Give an operator another PIN',
        tag: TAG,
        security: 'bearer',
        answers: { 204: { description: 'Tills hear of it at their next contact.' } },
        problems: ['unauthorized', 'operator_unknown', ...BODY_CODES],
      }),
      admin,
      validate('param', operatorParam),
      validate('json', z.strictObject({ pin })),
      async (c) => {
        const { operatorId } = c.req.valid('param')
        const changed = await changePin(core, operatorId, c.req.valid('json').pin)
        return changed.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(changed.error)
      },
    )
    .delete(
      '/v1/operators/:operatorId',
      describe(CORE_PROBLEMS, {
        summary: 'Take an operator off the list',
        tag: TAG,
        security: 'bearer',
        answers: { 204: { description: 'What they did stays theirs.' } },
        problems: ['unauthorized', 'operator_unknown'],
      }),
      admin,
      validate('param', operatorParam),
      async (c) => {
        const removed = await removeOperator(core, c.req.valid('param').operatorId)
        return removed.ok ? c.body(null, 204) : CORE_PROBLEMS.respond(removed.error)
      },
    )
}

function listRoutes({ core, admin }: CoreRoutesDeps) {
  return new Hono()
    .get(
      '/v1/operators',
      describe(CORE_PROBLEMS, {
        summary: 'List operators',
        tag: TAG,
        security: 'bearer',
        answers: {
          200: {
            description: 'By name.',
            schema: z.strictObject({ operators: z.array(operator) }),
          },
        },
        problems: ['unauthorized'],
      }),
      admin,
      async (c) => c.json({ operators: [...(await listOperators(core))] }, 200),
    )
    .get(
      OPERATORS_PATH,
      describe(CORE_PROBLEMS, {
        summary: 'The operators, as a till needs them',
        description: 'With salted hashes of their PINs, signed by the market. For nodes only.',
        tag: TAG,
        security: 'node',
        answers: { 200: { description: 'The list.', schema: list } },
        problems: ['signature_missing', 'signature_malformed', 'signature_invalid'],
      }),
      async (c) => {
        const signed = await readSigned(core, c, 0)
        if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
        const answer = await signOperatorList(core)
        return c.json(answer as object, 200, { 'Cache-Control': CACHE.never })
      },
    )
}
