/** A server that helps a phone and an edge find each other, or carries what they send. */
export interface IceServer {
  /** `stun:HOST:PORT` or `turn:HOST:PORT`. */
  readonly urls: string
  readonly username?: string
  readonly credential?: string
}

const HOST = String.raw`[\w.-]+(?::\d{1,5})?`
const STUN = new RegExp(`^stun:${HOST}$`)
const TURN = new RegExp(`^turn:([^:@,\\s]+):([^@,\\s]+)@(${HOST})$`)

/**
 * Read what an operator names, separated by commas: `stun:HOST:PORT`, `turn:USER:SECRET@HOST:PORT`.
 * `null`: one of them is neither. [WP4]
 */
export function parseIceServers(text: string): readonly IceServer[] | null {
  const names = text.split(',').map((name) => name.trim())
  const servers = names.filter((name) => name !== '').map(parseIceServer)
  return servers.every((server) => server !== null) ? servers : null
}

function parseIceServer(name: string): IceServer | null {
  if (STUN.test(name)) return { urls: name }
  const [, username, credential, host] = TURN.exec(name) ?? []
  if (username === undefined || credential === undefined || host === undefined) return null
  return { urls: `turn:${host}`, username, credential }
}
