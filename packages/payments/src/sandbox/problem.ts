import type { ChargeObject, IntentObject, SetupIntentObject } from './object.ts'

/** The `error` member of an answer, as the SDK reads it. */
export interface ProblemBody {
  readonly type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error'
  readonly message: string
  readonly code?: string
  readonly decline_code?: string
  readonly param?: string
  readonly charge?: ChargeObject['id']
  readonly payment_intent?: IntentObject
  readonly setup_intent?: SetupIntentObject
}

/** An error in Stripe's shape, with the HTTP status it is answered with. */
export class SandboxProblem extends Error {
  override readonly name = 'SandboxProblem'
  readonly status: number
  readonly body: ProblemBody
  constructor(status: number, body: ProblemBody) {
    super(body.message)
    this.status = status
    this.body = body
  }
}

/** A parameter that cannot be taken, by name. */
export function invalidParameter(
  param: string,
  message: string,
  code?: string,
): SandboxProblem {
  const body = { type: 'invalid_request_error', message, param } as const
  return new SandboxProblem(400, code === undefined ? body : { ...body, code })
}

/** An object that does not exist: 404 in the path, 400 as a parameter. */
export function missing(kind: string, id: string, param: string): SandboxProblem {
  const message = `No such ${kind}: '${id}'`
  const status = param === 'payment_method' ? 400 : 404
  return new SandboxProblem(status, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    param,
    message,
  })
}

/** A request that does not fit the state an intent is in. */
export function unexpectedState(action: string, intent: IntentObject): SandboxProblem {
  return new SandboxProblem(400, {
    type: 'invalid_request_error',
    code: 'payment_intent_unexpected_state',
    message: `This PaymentIntent could not be ${action}: its status is ${intent.status}.`,
    payment_intent: intent,
  })
}
