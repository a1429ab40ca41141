import type { MiddlewareHandler } from 'hono'
import { describeRoute, resolver } from 'hono-openapi'
import { z } from 'zod'

import { PROBLEM_TYPE, type BorderCode, type Problems } from './problem.ts'

/** What the reference says of a route, beside the schemas that validate it. */
export interface RouteDescription<Code extends string> {
  /** A few words, without a full stop. */
  readonly summary: string
  readonly description?: string
  /** The chapter of the reference. */
  readonly tag: string
  /** Who may call it; absent for everybody. */
  readonly security?: 'bearer' | 'node' | 'webhook'
  /** Successful answers by status: what it means, and its body's schema or media type. */
  readonly answers: Readonly<Record<number, AnswerDescription>>
  /** The codes it refuses with, beside those of the border. */
  readonly problems: readonly (Code | BorderCode)[]
}

/** What one successful status means. */
export interface AnswerDescription {
  readonly description: string
  readonly schema?: z.ZodType
  readonly contentType?: string
}

/** RFC 9457, as the reference shows it. */
export const problemDocument = z
  .looseObject({
    type: z.string().meta({ description: 'The page that explains the code.' }),
    title: z.string(),
    status: z.int(),
    code: z.string().meta({ description: 'Stable. Decide by this.' }),
  })
  .meta({
    ref: 'Problem',
    description: 'An RFC 9457 problem document. Facts about the case are further members.',
  })

/** Describe a route for the reference. */
export function describe<Code extends string>(
  problems: Problems<Code>,
  route: RouteDescription<Code>,
): MiddlewareHandler {
  return describeRoute({
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    ...(route.security === undefined ? {} : { security: [{ [route.security]: [] }] }),
    responses: { ...describeAnswers(route.answers), ...describeProblems(problems, route.problems) },
  })
}

function describeAnswers(answers: RouteDescription<string>['answers']) {
  return Object.fromEntries(
    Object.entries(answers).map(([status, answer]) => {
      const { description, schema, contentType = 'application/json' } = answer
      if (schema === undefined && answer.contentType === undefined) return [status, { description }]
      const media = schema === undefined ? {} : { schema: resolver(schema) }
      return [status, { description, content: { [contentType]: media } }]
    }),
  )
}

/** One response per status, with its codes listed: OpenAPI has no room for two of one status. */
function describeProblems<Code extends string>(
  problems: Problems<Code>,
  codes: RouteDescription<Code>['problems'],
) {
  const byStatus = Map.groupBy(codes, (code) => problems.rows[code].status)
  return Object.fromEntries(
    [...byStatus].map(([status, group]) => {
      const lines = group.map((code) => `\`${code}\`: ${problems.rows[code].title}`)
      const content = { [PROBLEM_TYPE]: { schema: resolver(problemDocument) } }
      return [status, { description: lines.join('\n'), content }]
    }),
  )
}
