import { createHash } from 'node:crypto'

import type { Digest } from '@nightmarket/kernel'
import { Hono } from 'hono'
import { z } from 'zod'

import {
  createBorder,
  createValidate,
  describe,
  documentBody,
  installBorder,
  jsonAnswer,
  mountTextRoute,
  operationalRoutes,
  parseJson,
  problemTable,
  referenceRoutes,
  type BorderOptions,
  type Metrics,
  type ReadinessCheck,
  type TextRoute,
} from './index.ts'

/** SHA-256, as the server has it. */
export const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest()

const PROBLEMS = problemTable<'sold_out' | 'away'>({
  sold_out: { status: 409, title: 'Nothing is left.', help: 'Come `earlier` & <often>.' },
  away: { status: 503, title: 'It is away.', help: 'Ask again.' },
})

/** A fault that the little app knows. */
export class AwayFault extends Error {
  override readonly name = 'AwayFault'
}

const lampRequest = z
  .strictObject({
    name: z
      .string()
      .min(1)
      .max(20)
      .meta({ description: 'What it is called.', examples: ['moon'] }),
    watts: z.int().min(1).max(100),
  })
  .meta({ ref: 'LampRequest' })
const lamp = z.strictObject({ name: z.string(), watts: z.int() }).meta({ ref: 'Lamp' })

/** A little app behind the border, for tests of the border. */
export function createLampApp(
  options: Partial<BorderOptions<'sold_out' | 'away'>> & {
    readonly readiness?: () => readonly ReadinessCheck[]
    readonly metrics?: Metrics | null
    readonly onRequest?: () => Promise<void>
  } = {},
) {
  const border = createBorder({
    problems: PROBLEMS,
    log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
    metrics: null,
    monotonicMs: () => performance.now(),
    onDefect: () => {},
    refuseFault: (error) => (error instanceof AwayFault ? { code: 'away' } : null),
    ...options,
  })
  const fast: TextRoute = {
    method: 'POST',
    path: '/v1/fast-lamps',
    bodyBytesMax: 200,
    async handle({ body, header }) {
      const parsed = parseJson(body, lampRequest)
      if (!parsed.ok) return PROBLEMS.answer(parsed.error)
      if (parsed.value.name === 'broken') throw new Error('the wire is loose')
      const headers = { 'Cache-Control': 'no-store' }
      return jsonAnswer(201, JSON.stringify({ ...parsed.value, asked: header('x-asked') }), headers)
    },
  }
  const app = new Hono()
  installBorder(app, border)
  app.route('/', lampRoutes(options.onRequest ?? (async () => {})))
  app.post(
    fast.path,
    describe(PROBLEMS, {
      summary: 'Light one fast',
      tag: 'Lamps',
      answers: { 201: { description: 'Lit.', schema: lamp } },
      problems: ['invalid_request', 'malformed_json', 'body_too_large'],
    }),
    documentBody(lampRequest),
    mountTextRoute(fast, border),
  )
  const { metrics = null, readiness = () => [] } = options
  app.route('/', operationalRoutes({ problems: PROBLEMS, metrics, readiness }))
  app.route('/', referenceRoutes(app, describeLamps()))
  return { app, border, fast }
}

function lampRoutes(onRequest: () => Promise<void>) {
  const validate = createValidate(PROBLEMS)
  return new Hono()
    .post(
      '/v1/lamps',
      describe(PROBLEMS, {
        summary: 'Light a lamp',
        description: 'With a `name` & <watts>.',
        tag: 'Lamps',
        security: 'bearer',
        answers: { 201: { description: 'Lit.', schema: lamp } },
        problems: ['sold_out', 'invalid_request', 'malformed_json'],
      }),
      validate('json', lampRequest),
      async (c) => {
        await onRequest()
        const { name, watts } = c.req.valid('json')
        if (name === 'none') return PROBLEMS.respond({ code: 'sold_out', left: 0 })
        if (name === 'away') throw new AwayFault('gone')
        if (name === 'broken') throw new Error('the wire is loose')
        return c.json({ name, watts }, 201)
      },
    )
    .get(
      '/v1/lamps/:name',
      describe(PROBLEMS, {
        summary: 'Look at a lamp',
        tag: 'Lamps',
        answers: { 200: { description: 'As it is.', schema: lamp } },
        problems: ['invalid_request'],
      }),
      validate('param', z.strictObject({ name: z.string().max(20) })),
      validate('query', z.strictObject({ watts: z.coerce.number().int().min(1).default(5) })),
      (c) => c.json({ name: c.req.valid('param').name, watts: c.req.valid('query').watts }),
    )
}

function describeLamps() {
  return {
    title: 'Lamps',
    version: '1.0.0',
    description: 'For tests.',
    tags: [{ name: 'Lamps', description: 'They shine.' }],
    securitySchemes: {
      bearer: { type: 'http', scheme: 'bearer', description: 'the token.' },
    },
    problems: PROBLEMS,
    digest,
  } as const
}
