/**
 * A route whose request and answer are one text each.
 *
 * One function serves it on every host: mounted on the app like any other route, or called by a
 * Node server straight from the socket, where the web's Request and Response would cost as much
 * as the sale itself. Same validation, same problems, same reference.
 */
export interface TextRoute {
  readonly method: 'POST'
  /** An exact path, without parameters. */
  readonly path: string
  readonly bodyBytesMax: number
  readonly handle: (request: TextRequest) => Promise<TextAnswer>
}

/** What arrived: the body whole, headers when they are asked for. */
export interface TextRequest {
  readonly body: string
  /** A header by its lower-case name; `null` when it was not sent. */
  readonly header: (name: string) => string | null
}

/** What goes out, ready to be written. */
export interface TextAnswer {
  readonly status: number
  readonly contentType: string
  /** Further headers, in the spelling to send. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** The JSON answer of a text route from text that is JSON already. */
export function jsonAnswer(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = HEADERS_NONE,
): TextAnswer {
  return { status, contentType: 'application/json', headers, body }
}

const HEADERS_NONE: Readonly<Record<string, string>> = {}
