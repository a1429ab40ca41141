import { AssertionError } from '@nightmarket/kernel'
import type { Context, Hono, MiddlewareHandler } from 'hono'
import { matchedRoutes } from 'hono/route'

import type { AccessRecord, Log, Metrics } from './observe.ts'
import { answerToResponse, type Problems, type Refusal } from './problem.ts'
import type { TextAnswer, TextRoute } from './text-route.ts'
import { readJsonText } from './validate.ts'

/** What stands between an app and the world. */
export interface BorderOptions<Code extends string> {
  readonly problems: Problems<Code>
  readonly log: Log
  readonly metrics: Metrics | null
  /** Monotonic milliseconds, for durations. */
  readonly monotonicMs: () => number
  /** What a fault of the world is to the asker, such as a database that is away. */
  readonly refuseFault?: (error: unknown) => Refusal<Code> | null
  /** A defect was found while answering: the host stops the process, the journal is intact. */
  readonly onDefect: (error: AssertionError) => void
}

/** The part of the border that a host needs to serve text routes by itself. */
export interface Border {
  readonly problems: Problems<never>
  readonly monotonicMs: () => number
  observe(record: AccessRecord): void
  /** Log an unexpected error and answer without its insides. */
  fault(error: unknown, at: { readonly method: string; readonly route: string }): TextAnswer
}

/** For answers that are data: nothing in them may be run, framed or guessed to be another kind. */
export const SECURITY_HEADERS: Readonly<Record<string, string>> = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
}

/** Make the border of one app. */
export function createBorder<Code extends string>(options: BorderOptions<Code>): Border {
  const { problems, log, metrics, monotonicMs, onDefect, refuseFault } = options
  return {
    problems,
    monotonicMs,
    observe(record) {
      metrics?.observeRequest(record)
      log.debug(record, 'request answered')
    },
    fault(error, at) {
      const refusal = refuseFault?.(error) ?? null
      if (refusal !== null) {
        log.warn({ ...at, err: error }, 'request failed for now')
        return problems.answer(refusal, { 'Retry-After': '1' })
      }
      log.error({ ...at, err: error }, 'request failed unexpectedly')
      if (error instanceof AssertionError) onDefect(error)
      return problems.answer({ code: 'internal' })
    },
  }
}

/** What people see where programs get a problem document. */
export interface BorderPages {
  /** The page for an address that is not there; absent: everybody gets the document. */
  readonly missing?: (c: Context) => Response
}

/** Put an app behind its border: observation, security headers, problems for what has no route. */
export function installBorder(app: Hono, border: Border, options: BorderPages = {}): void {
  const { missing } = options
  app.use(observeRequests(border))
  app.notFound((c) => {
    const isPage = missing !== undefined && wantsPage(c) && isMissing(c, allowedAt(app, c))
    return isPage ? missing(c) : refuseUnrouted(app, c, border)
  })
  app.onError((error, c) => {
    const answer = border.fault(error, { method: c.req.method, route: routeOf(c) })
    return answerToResponse(answer)
  })
}

/** Serve a text route like any other route of an app. */
export function mountTextRoute(
  route: TextRoute,
  border: Border,
): (c: Context) => Promise<Response> {
  return async (c) => {
    const text = await readJsonText(c.req.raw, route.bodyBytesMax)
    if (!text.ok) return border.problems.respond(text.error)
    const header = (name: string) => c.req.header(name) ?? null
    return answerToResponse(await route.handle({ body: text.value, header }))
  }
}

function observeRequests(border: Border): MiddlewareHandler {
  return async (c, next) => {
    const startedMs = border.monotonicMs()
    await next()
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      if (!c.res.headers.has(name)) c.res.headers.set(name, value)
    }
    const durationMs = border.monotonicMs() - startedMs
    const { method } = c.req
    border.observe({ method, route: routeOf(c), status: c.res.status, durationMs })
  }
}

/** The pattern of the route that answered. Middleware has method `ALL`. */
function routeOf(c: Context): string {
  return matchedRoutes(c).findLast((route) => route.method !== 'ALL')?.path ?? 'none'
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const

function refuseUnrouted(app: Hono, c: Context, border: Border): Response {
  const allowed = allowedAt(app, c)
  if (isMissing(c, allowed)) return border.problems.respond({ code: 'not_found' })
  const refusal = { code: 'method_not_allowed', allowed } as const
  return border.problems.respond(refusal, { Allow: allowed.join(', ') })
}

function allowedAt(app: Hono, c: Context): readonly string[] {
  return METHODS.filter((method) => hasRoute(app, method, c.req.path)).flatMap((method) =>
    method === 'GET' ? ['GET', 'HEAD'] : [method],
  )
}

/** Nothing is there for any method, or a route that is there has nothing under this address. */
function isMissing(c: Context, allowed: readonly string[]): boolean {
  return allowed.length === 0 || allowed.includes(c.req.method)
}

/** A browser that goes somewhere names HTML; scripts, pictures and programs do not. */
function wantsPage(c: Context): boolean {
  return c.req.method === 'GET' && /\btext\/html\b/.test(c.req.header('accept') ?? '')
}

function hasRoute(app: Hono, method: string, path: string): boolean {
  const [handlers] = app.router.match(method, path)
  return handlers.some(([[, route]]) => route.method === method)
}
