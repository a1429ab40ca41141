import type { Sibling } from '@nightmarket/edge'
import type { Log } from '@nightmarket/http'
import { signRequest, type RequestSigner } from '@nightmarket/sync'

/** How often an edge asks its core for the others: sooner while it knows of none. */
const ASK_MS = { alone: 3_000, among: 15_000 } as const

/** How long the core may take. */
const PATIENCE_MS = 5_000

/** The other edges, as the core last told; closing it stops asking. */
export interface EdgeSiblings extends Disposable {
  list(): readonly Sibling[]
}

/**
 * Tell the core where viewers reach this edge, and learn where the others are. Kept in memory: what
 * the core said last stands while it is away, and an edge that starts without it names nobody.
 */
export function followSiblings(
  options: {
    readonly coreUrl: string
    readonly publicUrl: string
    readonly log: Log
  },
  signer: RequestSigner,
): EdgeSiblings {
  const { coreUrl, publicUrl, log } = options
  let known: readonly Sibling[] = []
  let isTold = false
  let askedAtMs = 0
  const ask = async () => {
    askedAtMs = performance.now()
    const signal = AbortSignal.timeout(PATIENCE_MS)
    try {
      if (!isTold) isTold = await tellAddress(coreUrl, publicUrl, signer, signal)
      const response = await fetch(`${coreUrl}/v1/edges`, { signal })
      if (!response.ok) throw new Error(`the core answered ${response.status}`)
      const { edges } = (await response.json()) as { readonly edges: readonly Sibling[] }
      known = edges.filter(({ nodeId }) => nodeId !== signer.nodeId)
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      log.debug({ reason }, 'the other edges are as last known')
    }
  }
  void ask()
  const look = () => {
    const everyMs = known.length === 0 ? ASK_MS.alone : ASK_MS.among
    if (performance.now() - askedAtMs >= everyMs) void ask()
  }
  const timer = setInterval(look, ASK_MS.alone)
  timer.unref()
  return { list: () => known, [Symbol.dispose]: () => clearInterval(timer) }
}

async function tellAddress(
  coreUrl: string,
  publicUrl: string,
  signer: RequestSigner,
  signal: AbortSignal,
): Promise<boolean> {
  const request = { method: 'POST', path: '/v1/address', body: JSON.stringify({ url: publicUrl }) }
  const headers = { 'content-type': 'application/json', ...(await signRequest(request, signer)) }
  const init = { method: request.method, headers, body: request.body, signal }
  return (await fetch(coreUrl + request.path, init)).ok
}
