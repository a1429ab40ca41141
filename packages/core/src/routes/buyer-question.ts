import { CACHE, describe, documentBody, parseJson } from '@nightmarket/http'
import type { NodeId, Result } from '@nightmarket/kernel'
import { Hono } from 'hono'
import type { z } from 'zod'

import type { Core } from '../core.ts'
import { BODY_CODES, CORE_PROBLEMS, type CoreCode } from './core-problem.ts'
import { readSigned } from './node-guard.ts'

/** The longest question of an edge about a buyer, in bytes. */
const BUYER_BYTES_MAX = 32 * 1024

const SIGNATURE_CODES = [
  'signature_missing',
  'signature_malformed',
  'signature_invalid',
  'node_unknown',
  'node_revoked',
  'epoch_retired',
] as const

/** One question that an edge may ask for a buyer: what it says, and how it is answered. */
export interface BuyerQuestion<Asked, Answered extends object> {
  readonly path: string
  readonly summary: string
  readonly description: string
  readonly asks: z.ZodType<Asked>
  readonly answers: z.ZodType<Answered>
  readonly problems: readonly CoreCode[]
  readonly answer: (
    asked: Asked,
    nodeId: NodeId,
  ) => Promise<Result<Answered, { readonly code: CoreCode } & object>>
}

/** A route that takes the question from its edge alone, signed. [CR2] */
export function buyerQuestion<Asked, Answered extends object>(
  core: Core,
  question: BuyerQuestion<Asked, Answered>,
): Hono {
  const { path, summary, description, asks, answers, problems, answer } = question
  return new Hono().post(
    path,
    describe(CORE_PROBLEMS, {
      summary,
      description,
      tag: 'Buyers',
      security: 'node',
      answers: { 200: { description: 'What the books say.', schema: answers } },
      problems: [...SIGNATURE_CODES, ...problems, ...BODY_CODES],
    }),
    documentBody(asks),
    async (c) => {
      const signed = await readSigned(core, c, BUYER_BYTES_MAX)
      if (!signed.ok) return CORE_PROBLEMS.respond(signed.error)
      const parsed = parseJson(signed.value.body, asks)
      if (!parsed.ok) return CORE_PROBLEMS.respond(parsed.error)
      const answered = await answer(parsed.value, signed.value.nodeId)
      if (!answered.ok) return CORE_PROBLEMS.respond(answered.error)
      return c.json(answered.value, 200, { 'Cache-Control': CACHE.never })
    },
  )
}
