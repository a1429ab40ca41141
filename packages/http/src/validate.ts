import { ok, type Result } from '@nightmarket/kernel'
import type { Context, Input, MiddlewareHandler } from 'hono'
import { resolver, uniqueSymbol } from 'hono-openapi'
import type { z } from 'zod'

import { BODY_BYTES_MAX, isJsonType, parseJson, parseValue, readText } from './body.ts'
import type { BorderRejection, Problems } from './problem.ts'

type Target = 'json' | 'query' | 'param' | 'header'

/** What a validated route hands to its handler and asks of the typed client. */
interface Validated<Of extends Target, Schema extends z.ZodType> extends Input {
  in: { [Key in Of]: z.input<Schema> }
  out: { [Key in Of]: z.output<Schema> }
}

/** Checks one part of each request; the same schema is what the reference shows. */
export type Validate = <Of extends Target, Schema extends z.ZodType, Path extends string = string>(
  target: Of,
  schema: Schema,
  options?: { readonly bodyBytesMax?: number },
) => MiddlewareHandler<object, Path, Validated<Of, Schema>>

/**
 * Make an app's validator: what does not fit its schema is answered with a problem, and the handler
 * gets the parsed value from `c.req.valid(target)`.
 */
export function createValidate(problems: Problems<string>): Validate {
  return (target, schema, options = {}) => {
    const middleware = async (c: Context, next: () => Promise<void>) => {
      const parsed = await parse(c, target, schema, options.bodyBytesMax ?? BODY_BYTES_MAX)
      if (!parsed.ok) return problems.respond(parsed.error)
      c.req.addValidatedData(target, parsed.value as object)
      return next()
    }
    return Object.assign(middleware, documentation(target, schema)) as never
  }
}

/** What `hono-openapi` looks for on a handler. */
function documentation(target: Target, schema: z.ZodType): object {
  return { [uniqueSymbol]: { target, ...resolver(schema) } }
}

/**
 * Show a body in the reference and to the typed client where the route reads it by itself; there is
 * nothing for `c.req.valid` to find.
 */
export function documentBody<Schema extends z.ZodType, Path extends string = string>(
  schema: Schema,
): MiddlewareHandler<object, Path, Validated<'json', Schema>> {
  const pass: MiddlewareHandler = (_, next) => next()
  return Object.assign(pass, documentation('json', schema)) as never
}

function parse(
  c: Context,
  target: Target,
  schema: z.ZodType,
  bodyBytesMax: number,
): Promise<Result<unknown, BorderRejection>> | Result<unknown, BorderRejection> {
  switch (target) {
    case 'json':
      return parseBody(c.req.raw, schema, bodyBytesMax)
    case 'query':
      return parseValue(c.req.query(), schema)
    case 'param':
      return parseValue(c.req.param(), schema)
    case 'header':
      return parseValue(c.req.header(), schema)
  }
}

async function parseBody(
  request: Request,
  schema: z.ZodType,
  bodyBytesMax: number,
): Promise<Result<unknown, BorderRejection>> {
  const text = await readJsonText(request, bodyBytesMax)
  return text.ok ? parseJson(text.value, schema) : text
}

/** A body's text, when it says that it is JSON and is within the limit. */
export async function readJsonText(
  request: Request,
  bodyBytesMax: number,
): Promise<Result<string, BorderRejection>> {
  if (!isJsonType(request.headers.get('content-type'))) {
    return {
      ok: false,
      error: { code: 'unsupported_media_type', accepted: 'application/json' },
    }
  }
  const text = await readText(request, bodyBytesMax)
  return text.ok ? ok(text.value) : text
}
