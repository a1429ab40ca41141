/**
 * An answer that lies ready in memory, its head written once.
 *
 * A host sends it straight from the socket, where the web's Request and Response would cost more
 * than the page itself.
 */
export interface PreparedAnswer {
  /** The pattern of the route that it answers, for whoever counts. */
  readonly route: string
  readonly status: number
  /** Names and values in turn, `Content-Length` among them. */
  readonly fields: readonly string[]
  readonly body: Uint8Array<ArrayBuffer> | null
}

/** What a prepared answer is chosen by. */
export interface PreparedRequest {
  /** Path and query, as they came. */
  readonly target: string
  /** A header by its lower-case name; `null` when it was not sent. */
  readonly header: (name: string) => string | null
}

/** Find an answer that lies ready; `null`: the app is asked. */
export type FindPrepared = (request: PreparedRequest) => PreparedAnswer | null

/** The same answer for a host that speaks in web responses. */
export function preparedToResponse({ status, fields, body }: PreparedAnswer): Response {
  const headers: [string, string][] = []
  for (let at = 0; at + 1 < fields.length; at += 2) {
    headers.push([fields[at] ?? '', fields[at + 1] ?? ''])
  }
  return new Response(body, { status, headers })
}
