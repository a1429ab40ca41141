/** What an edge said. */
export interface EdgeAnswer<Body = unknown> {
  readonly status: number
  readonly body: Body
}

/** A question to an edge. */
export interface EdgeQuestion {
  readonly method?: 'GET' | 'POST' | 'DELETE'
  readonly path: string
  readonly body?: unknown
  /** The viewer's random id, where the answer is for its owner. */
  readonly buyerId?: string
  /** How long to wait for an answer. */
  readonly timeoutMs?: number
  /** Aborts when nobody waits for the answer any more. */
  readonly signal?: AbortSignal
}

const TIMEOUT_MS = 12_000

/**
 * Ask an edge. `null` when no answer came: whether it acted is unknown, and asking again with the
 * same ids is safe.
 */
export async function askEdge<Body>(
  edgeUrl: string,
  { method = 'GET', path, body, buyerId, timeoutMs = TIMEOUT_MS, signal }: EdgeQuestion,
): Promise<EdgeAnswer<Body> | null> {
  const headers: Record<string, string> = {}
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (buyerId !== undefined) headers['nightmarket-buyer'] = buyerId
  try {
    const response = await fetch(edgeUrl + path, {
      method,
      headers,
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(signal ? [signal] : [])]),
      cache: 'no-store',
      credentials: 'omit',
    })
    return { status: response.status, body: (await response.json()) as Body }
  } catch {
    return null
  }
}
