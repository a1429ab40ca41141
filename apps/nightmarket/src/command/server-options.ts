import { createTrustedProxies } from '@nightmarket/http/host'
import { isCurrency, type Currency } from '@nightmarket/kernel'
import { parseIceServers, type IceServer } from '@nightmarket/media/whip'

import {
  flag,
  integer,
  integerOr,
  text,
  textOr,
  valueProblem,
  type Option,
} from '../command-line/option.ts'
import { usageProblem } from '../problem.ts'
import { clean } from '../terminal/table.ts'

/** The port of an edge when nobody says otherwise; the core is on the next, then the sandbox. */
export const PORT_DEFAULT = 7_070

/** The environment variable that names the PostgreSQL database of the books. */
export const DATABASE_VARIABLE = 'NIGHTMARKET_DATABASE'

const PORTS = { min: 0, max: 65_535 } as const

/** What every command on a market takes. */
export const marketOptions = {
  data: textOr('DIR', './market', 'The market’s folder'),
  database: text('URL', `Books in PostgreSQL, postgres://…; or ${DATABASE_VARIABLE}`),
} as const

/** The currency of a market, checked before anything is made. */
export function currencyOption(about: string): Option<Currency | null> {
  return {
    placeholder: 'CODE',
    about,
    read(given, name) {
      if (given === null || isCurrency(given)) return given
      throw valueProblem(name, given, 'Give an ISO 4217 code in capitals, such as EUR.')
    },
  }
}

/** What every part that listens takes. */
export const listenOptions = {
  host: textOr('ADDRESS', '127.0.0.1', 'The address to listen on; 0.0.0.0 for all'),
  'log-json': flag('Log in JSON on standard error, for machines'),
} as const

/** Where viewers come to, when that is not where the edge listens. */
export const publicUrlOption = {
  'public-url': text('URL', 'Where viewers reach this edge, such as https://market.example'),
  'trust-proxy': text('LIST', 'Proxies whose X-Forwarded-For counts for limits: 10.0.0.0/8,…'),
} as const

/** The address that was given for viewers, without a slash at its end. Throws `Problem`. */
export function publicUrlOf(given: string | null): string | null {
  if (given === null) return null
  const url = URL.canParse(given) ? new URL(given) : null
  const isOrigin = url !== null && url.pathname === '/' && url.search + url.hash === ''
  if (isOrigin && /^https?:$/.test(url.protocol)) return url.origin
  throw valueProblem('public-url', given, 'Give an origin such as https://market.example.')
}

/** The proxies that were named, each an address or a network. Throws `Problem`. */
export function trustedProxiesOf(given: string | null): readonly string[] {
  const proxies = given === null ? [] : given.split(',').map((proxy) => proxy.trim())
  if (createTrustedProxies(proxies) !== null) return proxies
  throw valueProblem('trust-proxy', given ?? '', 'Give addresses or networks: 10.0.0.0/8,::1.')
}

/** A port with a default. */
export function portOption(fallback: number, about: string) {
  return integerOr('N', fallback, PORTS, `${about}; 0 takes a free one`)
}

/** The database that was named, or `null` for the books in the folder. Throws `Problem`. */
export function databaseOf(option: string | null): string | null {
  const named = option ?? process.env[DATABASE_VARIABLE] ?? ''
  if (named === '') return null
  if (/^postgres(ql)?:\/\//.test(named)) return named
  throw usageProblem({
    code: 'database_invalid',
    title: `"${clean(named)}" is no address of a PostgreSQL database.`,
    wayOut: 'Give postgres://USER@HOST/NAME, or nothing: then the books are in the folder.',
  })
}

/** Where the books are then, for the check against the folder. */
export function booksOf(databaseUrl: string | null): 'postgres' | 'sqlite' {
  return databaseUrl === null ? 'sqlite' : 'postgres'
}

/** The port that encoders know when nobody says otherwise. */
const RTMP_PORT_DEFAULT = 1_935

/** Where encoders send the show. */
export const rtmpPortOption = portOption(RTMP_PORT_DEFAULT, 'The port for OBS and other encoders')

/** Where encoders call over SRT, which needs an ffmpeg. */
export const srtPortOption = integer('N', PORTS, 'The port for encoders over SRT; none without it')

/** The environment variable for what helps phones to reach an edge: it may hold a secret. */
const ICE_VARIABLE = 'NIGHTMARKET_ICE_SERVERS'

/** What helps phones to reach an edge that is behind a router. */
export const iceServersOption = text(
  'LIST',
  `stun:HOST:PORT, turn:USER:SECRET@HOST:PORT for phones that send; or ${ICE_VARIABLE}`,
)

/** The servers that were named. Throws `Problem`. */
export function iceServersOf(given: string | null): readonly IceServer[] {
  const servers = parseIceServers(given ?? process.env[ICE_VARIABLE] ?? '')
  if (servers !== null) return servers
  throw valueProblem('ice-servers', '…', 'Give stun:HOST:PORT or turn:USER:SECRET@HOST:PORT.')
}

interface RtmpPortValues {
  readonly port: number
  readonly 'rtmp-port': number
}

/** The port for encoders: a free one too when the edge itself takes a free one. */
export function rtmpPortOf(values: RtmpPortValues): number {
  const wanted = values['rtmp-port']
  return values.port === 0 && wanted === RTMP_PORT_DEFAULT ? 0 : wanted
}
