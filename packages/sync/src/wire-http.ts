import type { ExchangeRefused, ExchangeResponse, ParentWire } from './protocol.ts'
import { signRequest, type RequestSigner, type SignedRequest } from './request-signature.ts'
import { parseExchangeResponse } from './wire-message.ts'
import { WireFault } from './wire-fault.ts'

/** How a child reaches its parent over HTTP. */
export interface HttpWireOptions {
  /** The parent's address without a slash at its end, such as `http://core:8080`. */
  readonly parentUrl: string
  readonly signer: RequestSigner
  readonly fetch: (address: string, init: RequestInit) => Promise<Response>
}

/** Where a child brings its journal. */
export const EXCHANGE_PATH = '/v1/exchange'
/** Where a child waits for its feed to grow. */
export const FEED_WAIT_PATH = '/v1/feed/wait'
/** Where a device becomes a node. */
export const ENROL_PATH = '/v1/enrol'
/** Where a node reads its own certificate. */
export const CERTIFICATE_PATH = '/v1/certificate'
/** Where a till reads who may work with it, and what it checks their PINs by. */
export const OPERATORS_PATH = '/v1/till/operators'
/** Where the market's public key is. */
export const MARKET_PATH = '/v1/market'

const REFUSED_CODES = {
  node_unknown: true,
  node_revoked: true,
  node_quarantined: true,
  epoch_retired: true,
  protocol_version: true,
  journal_invalid: true,
} as const satisfies Record<ExchangeRefused['code'], true>

/** Speak the protocol over signed HTTP requests. Throws `WireFault` when that fails. [SY1, SY4] */
export function createHttpWire(options: HttpWireOptions): ParentWire {
  return {
    async exchange(request, signal): Promise<ExchangeResponse> {
      const body = JSON.stringify(request)
      const response = await send(options, { method: 'POST', path: EXCHANGE_PATH, body }, signal)
      const value = await readJson(response)
      if (!response.ok) return toRefused(response.status, value)
      const parsed = parseExchangeResponse(value)
      if (!parsed.ok)
        throw new WireFault('garbled', `The parent's answer lacks ${parsed.error.field}.`)
      return parsed.value
    },
    async awaitFeed(after, signal): Promise<number> {
      const path = `${FEED_WAIT_PATH}?after=${after}`
      const response = await send(options, { method: 'GET', path, body: '' }, signal)
      const value = await readJson(response)
      if (!response.ok) throw refusedFault(response.status, value)
      const feedHead = memberOf(value, 'feedHead')
      if (!Number.isSafeInteger(feedHead)) {
        throw new WireFault('garbled', 'The parent did not say where its feed ends.')
      }
      return Number(feedHead)
    },
  }
}

async function send(
  { parentUrl, signer, fetch }: HttpWireOptions,
  request: SignedRequest,
  signal?: AbortSignal,
): Promise<Response> {
  const { method, path, body } = request
  const init: RequestInit = {
    method,
    headers: { ...(await signRequest(request, signer)), 'content-type': 'application/json' },
    ...(method === 'GET' ? {} : { body }),
    ...(signal === undefined ? {} : { signal }),
  }
  try {
    return await fetch(parentUrl + path, init)
  } catch (cause) {
    const message = `Cannot reach ${parentUrl}: ${describe(cause)}.`
    throw new WireFault(signal?.aborted === true ? 'timeout' : 'unreachable', message, { cause })
  }
}

/** `fetch` hides the reason (`ECONNREFUSED` and the like) in the error's cause. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const inner: unknown = error.cause
  if (inner instanceof Error && inner.message !== '') return inner.message
  return error.message
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json()
  } catch (cause) {
    throw new WireFault('garbled', `The parent answered ${response.status} without JSON.`, {
      cause,
    })
  }
}

/** A parent that knows no key of ours can only refuse by a problem document. */
function toRefused(status: number, value: unknown): ExchangeRefused {
  const code = memberOf(value, 'code')
  if (typeof code !== 'string' || !isRefusedCode(code)) throw refusedFault(status, value)
  const title = memberOf(value, 'title')
  return { status: 'refused', code, detail: typeof title === 'string' ? title : code }
}

function isRefusedCode(code: string): code is ExchangeRefused['code'] {
  return Object.hasOwn(REFUSED_CODES, code)
}

function refusedFault(status: number, value: unknown): WireFault {
  const code = memberOf(value, 'code')
  // Whoever answered is on the way only: to the child the parent itself is out of reach.
  if (code === 'uplink_down') {
    const detail = memberOf(value, 'detail')
    const why = typeof detail === 'string' ? ` ${detail}` : ''
    return new WireFault('unreachable', `The edge above cannot reach the core.${why}`)
  }
  const reason = typeof code === 'string' ? code : 'no reason'
  return new WireFault('refused', `The parent refused with ${status} (${reason}).`)
}

function memberOf(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null) return undefined
  return (value as Readonly<Record<string, unknown>>)[name]
}
