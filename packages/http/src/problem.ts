import { assert } from '@nightmarket/kernel'
import type { TypedResponse } from 'hono'

import type { TextAnswer } from './text-route.ts'

/** The statuses a problem may have. Closed, so that the typed client can tell them from success. */
export type ProblemStatus = 400 | 401 | 403 | 404 | 405 | 409 | 410 | 413 | 415 | 422 | 500 | 503

/** How a rejection looks over HTTP. The code is stable; title and help may be reworded. */
export interface ProblemRow {
  readonly status: ProblemStatus
  /** One sentence for whoever reads a log. */
  readonly title: string
  /** What it means and the way out, for the page that explains the code. */
  readonly help: string
}

/** What the border itself refuses, before any app is asked. */
export type BorderRejection =
  | { readonly code: 'malformed_json'; readonly detail: string }
  | { readonly code: 'invalid_request'; readonly errors: readonly FieldError[] }
  | { readonly code: 'body_too_large'; readonly bodyBytesMax: number }
  | { readonly code: 'unsupported_media_type'; readonly accepted: string }
  | { readonly code: 'not_found' }
  | { readonly code: 'method_not_allowed'; readonly allowed: readonly string[] }
  | { readonly code: 'unauthorized' }
  | { readonly code: 'internal' }

/** The codes that every app has. */
export type BorderCode = BorderRejection['code']

/** Where a request breaks its schema: the path from its root, dotted, and why. */
export interface FieldError {
  readonly path: string
  readonly message: string
}

/** The rows that every app has. */
export const BORDER_PROBLEMS = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON.',
    help: 'The bytes could not be read as JSON text. Nothing was changed; send it again as JSON.',
  },
  invalid_request: {
    status: 422,
    title: 'The request does not have the form that this address takes.',
    help: '`errors` names each field that is wrong and why. Nothing was changed.',
  },
  body_too_large: {
    status: 413,
    title: 'The body is longer than this address takes.',
    help: '`bodyBytesMax` is the limit in bytes. Send less, or in several requests.',
  },
  unsupported_media_type: {
    status: 415,
    title: 'The body is of a kind that this address does not take.',
    help: 'Set the header Content-Type to the value in `accepted`.',
  },
  not_found: {
    status: 404,
    title: 'There is nothing at this address.',
    help: 'Look at /reference for the addresses there are.',
  },
  method_not_allowed: {
    status: 405,
    title: 'This address does not take this method.',
    help: 'The header Allow, and `allowed`, name the methods it takes.',
  },
  unauthorized: {
    status: 401,
    title: 'This address needs credentials, and they were missing or wrong.',
    help: 'People send `Authorization: Bearer …`; nodes sign their requests.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side.',
    help: 'Repeat it with the same ids: it is never carried out twice. The log has the cause.',
  },
} as const satisfies Record<BorderCode, ProblemRow>

/** A rejection on its way out: its code, and plain facts that become members of the document. */
export interface Refusal<Code extends string> {
  readonly code: Code
}

/** An RFC 9457 problem document. */
export interface ProblemDocument<Code extends string = string> {
  /** `/problems/<code>`, which is also the address of the page that explains it. */
  readonly type: string
  readonly title: string
  readonly status: number
  readonly code: Code
}

/** A problem as a handler returns it, typed for the client. */
export type ProblemResponse<Code extends string> = Response &
  TypedResponse<ProblemDocument<Code>, ProblemStatus, 'json'>

/** An app's table of problems, with the border's rows, and how to answer with one. */
export interface Problems<Code extends string> {
  readonly rows: Readonly<Record<Code | BorderCode, ProblemRow>>
  answer(
    refusal: Refusal<Code | BorderCode>,
    headers?: Readonly<Record<string, string>>,
  ): TextAnswer
  respond<const Of extends Refusal<Code | BorderCode>>(
    refusal: Of,
    headers?: Readonly<Record<string, string>>,
  ): ProblemResponse<Of['code']>
}

/** State an app's rows; a code of its rejections without one does not compile. */
export function problemTable<Code extends string>(
  rows: Readonly<Record<Code, ProblemRow>>,
): Problems<Code> {
  const all = { ...BORDER_PROBLEMS, ...rows } as Readonly<Record<Code | BorderCode, ProblemRow>>
  function answer(
    refusal: Refusal<Code | BorderCode>,
    headers: Readonly<Record<string, string>> = {},
  ): TextAnswer {
    const { status, title } = all[refusal.code]
    assert(
      !('status' in refusal || 'title' in refusal || 'type' in refusal),
      'facts have names of their own',
    )
    const document = { type: `/problems/${refusal.code}`, title, status, ...refusal }
    return { status, contentType: PROBLEM_TYPE, headers, body: JSON.stringify(document) }
  }
  return {
    rows: all,
    answer,
    respond: <const Of extends Refusal<Code | BorderCode>>(
      refusal: Of,
      headers?: Readonly<Record<string, string>>,
    ) => answerToResponse(answer(refusal, headers)) as ProblemResponse<Of['code']>,
  }
}

/** RFC 9457's media type. */
export const PROBLEM_TYPE = 'application/problem+json'

/** The web's form of a text answer. */
export function answerToResponse(answer: TextAnswer): Response {
  return new Response(answer.body, {
    status: answer.status,
    headers: { 'Content-Type': answer.contentType, ...answer.headers },
  })
}
