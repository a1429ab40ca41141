import { sha256 } from '@nightmarket/stall/browser'
import { signRequest } from '@nightmarket/sync'

import type { Till } from './till.ts'

/** How long somebody at the counter waits for the books. */
const ASK_MS_MAX = 15_000

/** What the books said: an answer, a refusal by its code, or nothing at all. */
export type CoreAnswer =
  | { readonly status: 'answered'; readonly value: unknown }
  | { readonly status: 'refused'; readonly code: string }
  | { readonly status: 'unreachable' }

/** Ask the core something that only it knows, signed by this till. Never throws. */
export async function askCore(till: Till, path: string, question?: object): Promise<CoreAnswer> {
  const { nodeId, epoch } = till.stall.state
  const method = question === undefined ? 'GET' : 'POST'
  const body = question === undefined ? '' : JSON.stringify(question)
  const sign = (message: Uint8Array) => till.device.sign(message)
  const signer = { nodeId, epoch, sign, digest: sha256 }
  try {
    const signed = await signRequest({ method, path, body }, signer)
    const headers = { ...signed, 'content-type': 'application/json' }
    const init = { method, headers, signal: AbortSignal.timeout(ASK_MS_MAX) }
    const response = await fetch(path, question === undefined ? init : { ...init, body })
    const value: unknown = await response.json()
    if (response.ok) return { status: 'answered', value }
    const code = codeOf(value)
    return code === 'uplink_down' ? { status: 'unreachable' } : { status: 'refused', code }
  } catch {
    // Whatever came in between, nothing was heard: the same question may be asked again.
    return { status: 'unreachable' }
  }
}

function codeOf(value: unknown): string {
  const hasCode = typeof value === 'object' && value !== null && 'code' in value
  return hasCode && typeof value.code === 'string' ? value.code : 'failed'
}
