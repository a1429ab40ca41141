import { setTimeout as delay } from 'node:timers/promises'

import { Problem } from '../problem.ts'

/** What we read of a typed client's response. */
interface Answered {
  readonly ok: boolean
  readonly status: number
  json(): Promise<unknown>
}

/** The bodies of the successful answers of a route. */
export type BodyOf<Response> = Response extends {
  readonly ok: true
  json(): Promise<infer Body>
}
  ? Body
  : never

/**
 * Wait for a client's answer and return its body; a problem document, and a server that cannot be
 * reached, become a `Problem` that a person can act on. `explain` may say it better.
 */
export async function ask<Response extends Answered>(
  request: Promise<Response>,
  explain: (problem: Problem) => Problem = (problem) => problem,
): Promise<BodyOf<Response>> {
  const response = await reach(request)
  if (response.status === NO_CONTENT) return undefined as BodyOf<Response>
  if (response.ok) return (await response.json()) as BodyOf<Response>
  throw explain(toProblem(response.status, await readMembers(response)))
}

/** How long to wait before each further try. */
const AGAIN_AFTER_MS = [300, 1_000]

/** What leaves open whether the request was done. */
const UNANSWERED: ReadonlySet<string> = new Set(['core_unreachable', 'books_unavailable'])

/**
 * The same for a request that names itself, so that it is done once however often it is sent: asks
 * again when nobody has answered.
 */
export async function askAgain<Response extends Answered>(
  send: () => Promise<Response>,
  explain?: (problem: Problem) => Problem,
): Promise<BodyOf<Response>> {
  for (const afterMs of AGAIN_AFTER_MS) {
    try {
      return await ask(send(), explain)
    } catch (error) {
      if (!(error instanceof Problem) || !UNANSWERED.has(error.code)) throw error
      await delay(afterMs)
    }
  }
  return ask(send(), explain)
}

/** HTTP's status of an answer without a body. */
const NO_CONTENT = 204

/** The same for an answer that is text, such as a product file. */
export async function askText(
  request: Promise<Answered & { text(): Promise<string> }>,
): Promise<string> {
  const response = await reach(request)
  if (response.ok) return response.text()
  throw toProblem(response.status, await readMembers(response))
}

async function reach<Response>(request: Promise<Response>): Promise<Response> {
  try {
    return await request
  } catch (error) {
    // `fetch` throws a TypeError when there was no answer, and hides the reason in its cause.
    if (!(error instanceof TypeError) || !(error.cause instanceof Error)) throw error
    const title = `The core does not answer: ${error.cause.message}.`
    const wayOut = 'See that it runs and that its address is right; nightmarket up starts one.'
    throw new Problem({ code: 'core_unreachable', title, wayOut }, { cause: error })
  }
}

type Members = Readonly<Record<string, unknown>>

async function readMembers(response: Answered): Promise<Members> {
  const value: unknown = await response.json().catch(() => null)
  return typeof value === 'object' && value !== null ? (value as Members) : {}
}

/** The members that every problem document has; the others are facts of the case. */
const COMMON_MEMBERS: ReadonlySet<string> = new Set(['type', 'title', 'status', 'code', 'instance'])

function toProblem(status: number, members: Members): Problem {
  const code = textOf(members['code']) ?? `http_${status}`
  const title = textOf(members['title']) ?? `The core answered with ${status}.`
  const facts = Object.entries(members).filter(([name]) => !COMMON_MEMBERS.has(name))
  const detail = facts.map(([name, value]) => `${name}: ${valueOf(value)}`).join('\n')
  const wayOut = WAYS_OUT[code]
  return new Problem({
    code,
    title,
    ...(detail === '' ? {} : { detail }),
    ...(wayOut === undefined ? {} : { wayOut }),
    facts: Object.fromEntries(facts),
  })
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null
}

function valueOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Name the thing that a refusal is about, which a problem document need not do. */
export function about(thing: string): (problem: Problem) => Problem {
  return ({ code, title, detail, wayOut, facts }) =>
    new Problem({
      code,
      title: `${thing}: ${title.charAt(0).toLowerCase()}${title.slice(1)}`,
      ...(detail === null ? {} : { detail }),
      ...(wayOut === null ? {} : { wayOut }),
      facts,
    })
}

/** What to do about the problems that a person at a terminal meets. */
const WAYS_OUT: Readonly<Record<string, string>> = {
  internal: 'The core’s log says why. See whether it was done before you run it again.',
  books_unavailable: 'See that the database runs, and run it again: nothing was half done.',
  processor_unavailable: 'See that the processor runs; running it again is safe.',
  unauthorized: 'The admin token in the folder is not this core’s: name its folder with --data.',
  enrolment_code_unknown: 'Check the code for a slip, or make another with nightmarket enrol.',
  enrolment_code_used: 'Each code is good once: make another with nightmarket enrol.',
  enrolment_code_expired: 'Make another with nightmarket enrol.',
  enrolment_code_invalid: 'A code has twelve letters and digits, as nightmarket enrol prints it.',
  node_unknown: 'See nightmarket nodes for the nodes there are.',
  order_unknown: 'See nightmarket orders; an order of a cut-off edge appears when it is back.',
  release_unknown: 'See nightmarket release list for the releases there are.',
  nothing_to_roll_back_to: 'Apply another show file: nightmarket show apply FILE.',
  move_refused: 'See nightmarket orders ORDER for how it stands, and its refunds.',
  not_in_rescue: 'Only an order in rescue can be helped so; see nightmarket orders ORDER.',
  activation_moved: 'Somebody activated another release meanwhile: look again and decide.',
  nothing_to_refund: 'All of its money has gone back already, or it never had any.',
  payment_disputed: 'Answer the dispute at the processor: nothing is refunded from then on.',
  refund_over_captured: 'Give a smaller --amount, or none for all that is left.',
  nothing_outstanding: 'The node has nothing that is not sold or back.',
  counted_over_outstanding: 'Count again: nobody can have more than was lent.',
  voucher_unknown: 'Give one with nightmarket orders rescue ORDER --voucher AMOUNT.',
  item_unknown: 'Import its product first: nightmarket import FILE.csv.',
  node_not_active: 'See nightmarket nodes for how it stands.',
  invalid_request: 'Put right what is named, and run it again; nothing was changed.',
  body_too_large: 'Split the file, and bring it in parts.',
  mismatch_unknown: 'See nightmarket reconcile for the open ones.',
  mismatch_closed: 'Nothing is left to do; it opens again by itself if it differs again.',
}
