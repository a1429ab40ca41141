import { lookup } from 'node:dns'
import { request as requestPlain, type IncomingMessage, type RequestOptions } from 'node:http'
import { request as requestSecure } from 'node:https'
import { BlockList, isIP, type LookupFunction } from 'node:net'

/** The largest picture fetched. */
export const FETCHED_BYTES_MAX = 20 * 1024 * 1024

/** How long one may take, in milliseconds. */
const FETCH_MS_MAX = 20_000

/** How often an address may point to another. */
const REDIRECTS_MAX = 3

/** Why a picture could not be had. Thrown: the importer names it and goes on with the others. */
export class ImageFault extends Error {
  override readonly name = 'ImageFault'
  readonly code: 'unreachable' | 'address_private' | 'too_large' | 'not_a_picture'
  constructor(code: ImageFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/**
 * Fetch a picture that a product file names.
 *
 * The file may be a stranger's, and what it names becomes public: so only from the public network,
 * decided on the address that is connected to, at most so many bytes, and not for long.
 */
export async function fetchImage(
  url: string,
  options: { readonly mayBePrivate?: boolean } = {},
): Promise<Buffer> {
  const signal = AbortSignal.timeout(FETCH_MS_MAX)
  let address = new URL(url)
  for (let redirects = 0; redirects <= REDIRECTS_MAX; redirects += 1) {
    const answer = await ask(address, { signal, mayBePrivate: options.mayBePrivate === true })
    const { statusCode = 0, headers } = answer
    if (statusCode === 200) return readAll(answer)
    answer.destroy()
    const isMoved = [301, 302, 303, 307, 308].includes(statusCode)
    if (!isMoved || headers.location === undefined) {
      throw new ImageFault('unreachable', `${address.host} answered ${statusCode}`)
    }
    address = new URL(headers.location, address)
  }
  throw new ImageFault('unreachable', `${address.host} points on and on`)
}

function ask(
  address: URL,
  { signal, mayBePrivate }: { readonly signal: AbortSignal; readonly mayBePrivate: boolean },
): Promise<IncomingMessage> {
  if (address.protocol !== 'http:' && address.protocol !== 'https:') {
    throw new ImageFault('unreachable', `${address.protocol} is no address of a picture`)
  }
  const host = address.hostname.replace(/^\[|\]$/g, '')
  if (!mayBePrivate && isIP(host) !== 0 && isPrivate(host)) throw privateFault(host)
  const request = address.protocol === 'https:' ? requestSecure : requestPlain
  const options: RequestOptions = { signal, headers: { accept: 'image/*' } }
  if (!mayBePrivate) options.lookup = lookupPublic
  return new Promise((resolve, reject) => {
    const fail = (error: Error) =>
      reject(error instanceof ImageFault ? error : unreachable(address, error))
    request(address, options, resolve).once('error', fail).end()
  })
}

function unreachable({ host }: URL, cause: Error): ImageFault {
  return new ImageFault('unreachable', `${host} could not be reached`, { cause })
}

/** Names are looked up once, and what is checked is what is connected to. */
const lookupPublic: LookupFunction = (hostname, options, done) => {
  lookup(hostname, { ...options, all: true }, (error, found) => {
    if (error !== null) return done(error, '')
    const foreign = found.filter(({ address }) => !isPrivate(address))
    const [first] = foreign
    if (first === undefined) return done(privateFault(hostname), '')
    return options.all === true ? done(null, foreign) : done(null, first.address, first.family)
  })
}

function privateFault(host: string): ImageFault {
  return new ImageFault('address_private', `${host} is in a private network`)
}

async function readAll(answer: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    bytes += chunk.length
    if (bytes > FETCHED_BYTES_MAX) throw new ImageFault('too_large', 'it has more than 20 MB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

/** Networks that are nobody's, one's own, or for a link alone. RFC 6890. */
const PRIVATE = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 3],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4')
}
for (const [network, prefix] of [
  ['::', 127],
  ['64:ff9b::', 96],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv6')
}

/** Whether an address is not of the public network; IPv4 in IPv6 counts as what it is. */
export function isPrivate(address: string): boolean {
  return PRIVATE.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
}
