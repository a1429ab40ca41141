import { err, ok, type Result } from '@nightmarket/kernel'
import type { z } from 'zod'

import type { BorderRejection, FieldError } from './problem.ts'

/** The longest body taken where a route states no other limit. */
export const BODY_BYTES_MAX = 64 * 1024

/** The most field errors told at once: a long wrong list should not cost a longer answer. */
export const FIELD_ERRORS_MAX = 20

type Refused<Code extends BorderRejection['code']> = Extract<BorderRejection, { code: Code }>

/** Read a request's text, never more than the limit, whether or not its length was announced. */
export async function readText(
  request: Request,
  bodyBytesMax: number = BODY_BYTES_MAX,
): Promise<Result<string, Refused<'body_too_large'>>> {
  const refused = err({ code: 'body_too_large', bodyBytesMax } as const)
  const announced = request.headers.get('content-length')
  if (announced !== null) {
    return Number(announced) <= bodyBytesMax ? ok(await request.text()) : refused
  }
  if (request.body === null) return ok('')
  const chunks: string[] = []
  const decoder = new TextDecoder()
  let bytes = 0
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length
    if (bytes > bodyBytesMax) return refused
    chunks.push(decoder.decode(chunk, { stream: true }))
  }
  return ok(chunks.join('') + decoder.decode())
}

/** Whether a Content-Type says JSON, with any parameters after it. */
export function isJsonType(contentType: string | null): boolean {
  return contentType !== null && /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
}

/** Turn a body's text into what its schema describes, or name what is wrong. */
export function parseJson<Schema extends z.ZodType>(
  text: string,
  schema: Schema,
): Result<z.output<Schema>, Refused<'malformed_json' | 'invalid_request'>> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    return err({ code: 'malformed_json', detail: describeSyntaxError(text) })
  }
  return parseValue(value, schema)
}

/** Turn an untrusted value into what a schema describes, or name what is wrong. */
export function parseValue<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
): Result<z.output<Schema>, Refused<'invalid_request'>> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return ok(parsed.data)
  const errors = parsed.error.issues.slice(0, FIELD_ERRORS_MAX).map(issueToFieldError)
  return err({ code: 'invalid_request', errors })
}

/** Only where and what is wrong, never the value that was sent: it may be somebody's data. */
function issueToFieldError(issue: z.core.$ZodIssue): FieldError {
  return { path: issue.path.map(String).join('.'), message: issue.message }
}

/** The engine's message quotes the text, which may hold personal data; this does not. */
function describeSyntaxError(text: string): string {
  return text.trim() === '' ? 'The body is empty.' : 'The text is not well-formed JSON.'
}
