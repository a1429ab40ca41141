import type { Context } from 'hono'

import type { Operation } from './fault.ts'
import type { StoredAnswer } from './object.ts'
import { SandboxProblem, type ProblemBody } from './problem.ts'
import type { Sleep } from './sleep.ts'
import { KEY_LIFE_MS, type SandboxState } from './state.ts'

/** Read a request whole, refuse it if it is malformed, and return what it does. */
export type Prepare = (form: string) => () => object

/** What an exchange works with. */
export interface ExchangeOptions {
  readonly state: SandboxState
  /** The only key that is let in; absent, any test key is. */
  readonly secretKey: string | undefined
  readonly sleep: Sleep
  /** Aborts when the sandbox closes: what waits then ends without having acted. */
  readonly closing: AbortSignal
  /** How long a request that is never answered is held when the client does not give up. */
  readonly hangMs: number
  /** Close the connection under a request; absent, it is answered 503. */
  readonly dropConnection: ((context: Context) => Response) | undefined
  /** Called after a change is in the store. */
  readonly onCommit: () => void
}

interface Answer {
  readonly status: number
  readonly body: string
  readonly replayOf: string | null
}

/** Answer one request of Stripe's API. */
export type Exchange = (
  context: Context,
  operation: Operation,
  prepare: Prepare,
) => Promise<Response>

/**
 * The way of each request: faults, key, parsing, idempotency, the act itself, the store, and only
 * then the answer. What is refused before the act is not remembered under its idempotency key; what
 * the act says is, an error too. [SB3, SB4, SB5]
 */
export function createExchange(options: ExchangeOptions): Exchange {
  const { state, sleep, closing } = options
  const running = new Set<string>()
  const started = state.nowMs().toString(36)
  let requests = 0

  async function hang(context: Context): Promise<Response> {
    await state.committed()
    await sleep(options.hangMs, AbortSignal.any([context.req.raw.signal, closing]))
    return problem(apiError(504, 'The sandbox held this request back.'))
  }

  async function delay(delayMs: number): Promise<void> {
    if (delayMs > 0) await sleep(delayMs, closing)
    if (closing.aborted) throw apiError(503, 'The sandbox is closing.')
  }

  async function keyed(
    context: Context,
    request: { readonly key: string; readonly form: string; readonly requestId: string },
    prepare: Prepare,
    delayMs: number,
  ): Promise<Answer> {
    const { key, form, requestId } = request
    const fingerprint = `${context.req.method} ${context.req.path}\n${form}`
    const known = findAnswer(state, key)
    if (known !== null) return replay(known, fingerprint)
    if (running.has(key)) throw keyInUse(key)
    const act = prepare(form)
    running.add(key)
    try {
      await delay(delayMs)
      const answer = perform(act)
      const { status, body } = answer
      state.keys.put({ id: key, created: state.nowMs(), fingerprint, requestId, status, body })
      return answer
    } finally {
      running.delete(key)
    }
  }

  async function carryOut(
    context: Context,
    operation: Operation,
    prepare: Prepare,
    requestId: string,
  ): Promise<Answer> {
    assertKey(context, options.secretKey)
    const isRead = context.req.method === 'GET'
    const form = isRead ? new URL(context.req.url).search : await context.req.text()
    const delayMs = state.strikeOn('latency', operation)?.delayMs ?? 0
    const key = isRead ? undefined : context.req.header('idempotency-key')
    if (key !== undefined) return keyed(context, { key, form, requestId }, prepare, delayMs)
    const act = prepare(form)
    await delay(delayMs)
    return perform(act)
  }

  return async (context, operation, prepare) => {
    requests += 1
    const requestId = `req_${started}${requests.toString(36).padStart(6, '0')}`
    const outage = state.strikeOn('outage', operation)
    if (outage !== null) return unreachable(context, outage.mode, options)
    const timeout = state.strikeOn('timeout', operation)
    if (timeout?.effect === false) return hang(context)
    try {
      if (state.strikeOn('rate_limit', operation) !== null) throw tooManyRequests()
      const answer = await carryOut(context, operation, prepare, requestId)
      await state.committed()
      options.onCommit()
      return timeout === null ? respond(answer, requestId) : await hang(context)
    } catch (error) {
      if (!(error instanceof SandboxProblem)) throw error
      return respond(refusal(error), requestId)
    }
  }
}

/** An error as a response, outside an exchange. */
export function problem(error: SandboxProblem): Response {
  return respond(refusal(error), null)
}

/** The sandbox itself could not answer, with this HTTP status. */
export function apiError(status: number, message: string): SandboxProblem {
  return new SandboxProblem(status, { type: 'api_error', message })
}

function unreachable(
  context: Context,
  mode: 'unavailable' | 'dropped',
  { dropConnection }: ExchangeOptions,
): Response {
  if (mode === 'dropped' && dropConnection !== undefined) return dropConnection(context)
  return problem(apiError(503, 'The sandbox plays an outage.'))
}

function perform(act: () => object): Answer {
  try {
    return { status: 200, body: JSON.stringify(act()), replayOf: null }
  } catch (error) {
    if (!(error instanceof SandboxProblem)) throw error
    return refusal(error)
  }
}

function refusal({ status, body }: SandboxProblem): Answer {
  const error: ProblemBody = body
  return { status, body: JSON.stringify({ error }), replayOf: null }
}

function respond({ status, body, replayOf }: Answer, requestId: string | null): Response {
  const headers: Record<string, string> = { 'content-type': 'application/json' }
  if (requestId !== null) headers['request-id'] = requestId
  if (replayOf !== null) {
    headers['idempotent-replayed'] = 'true'
    headers['original-request'] = replayOf
  }
  return new Response(body, { status, headers })
}

function findAnswer(state: SandboxState, key: string): StoredAnswer | null {
  const known = state.keys.get(key)
  const isAlive = known !== undefined && state.nowMs() - known.created < KEY_LIFE_MS
  if (known !== undefined && !isAlive) state.keys.remove(key)
  return isAlive ? known : null
}

function replay(known: StoredAnswer, fingerprint: string): Answer {
  if (known.fingerprint !== fingerprint) {
    throw new SandboxProblem(400, {
      type: 'idempotency_error',
      message: `The key ${known.id} was used with another request: use another key.`,
    })
  }
  return { status: known.status, body: known.body, replayOf: known.requestId }
}

function keyInUse(key: string): SandboxProblem {
  return new SandboxProblem(409, {
    type: 'idempotency_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this key: ${key}.`,
  })
}

function tooManyRequests(): SandboxProblem {
  return new SandboxProblem(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message: 'Too many requests.',
  })
}

function assertKey(context: Context, secretKey: string | undefined): void {
  const given = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1] ?? ''
  const isKnown = secretKey === undefined ? given.startsWith('sk_') : given === secretKey
  if (isKnown) return
  const message = given === '' ? 'You did not provide an API key.' : 'Invalid API Key provided.'
  throw new SandboxProblem(401, { type: 'invalid_request_error', message })
}
