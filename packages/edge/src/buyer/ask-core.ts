import { isJsonType, type ProblemResponse } from '@nightmarket/http'

import type { EdgeDeps } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import { callParent, type RelayLimits } from '../relay/call-parent.ts'

/** How many questions of buyers may be on their way to the core at once. */
const QUESTIONS_MAX = 64

/** How long the core may take: a processor may be asked meanwhile. */
const QUESTION_MS = 12_000

/** Asks the core on a buyer's behalf, and answers with what it says, or that it is away. */
export type AskCore = (path: string, question: object, asker: AbortSignal) => Promise<Response>

/**
 * Make the one way by which this edge asks about its buyers. The edge signs, so that the core knows
 * which edge asks; what the core answers is passed on as it is, status and JSON alone. [BY1]
 */
export function createAskCore({
  signedCore,
  setTimer,
  closing,
}: Pick<EdgeDeps, 'signedCore' | 'setTimer' | 'closing'>): AskCore {
  const limits: RelayLimits = {
    callsMax: QUESTIONS_MAX,
    durationMs: QUESTION_MS,
    setTimer,
    closing: closing ?? null,
    underWay: { count: 0 },
  }
  return async (path, question, asker) => {
    if (signedCore === undefined) return down('This edge has no core.')
    const body = JSON.stringify(question)
    const called = await callParent(limits, asker, (signal) => signedCore(path, body, signal))
    if (!('answer' in called)) return down(called.detail)
    const { answer } = called
    const contentType = answer.headers.get('content-type')
    if (!isJsonType(contentType)) return down(`The core answered ${answer.status} without JSON.`)
    const headers = { 'Content-Type': contentType ?? '', 'Cache-Control': 'no-store' }
    return new Response(answer.body, { status: answer.status, headers })
  }
}

function down(detail: string): ProblemResponse<'uplink_down'> {
  return EDGE_PROBLEMS.respond({ code: 'uplink_down', detail } as const, { 'Retry-After': '1' })
}
