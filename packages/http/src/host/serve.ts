import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'

import { getRequestListener } from '@hono/node-server'

import type { Border } from '../border.ts'
import type { FindPrepared } from '../prepared-answer.ts'
import type { TextRoute } from '../text-route.ts'
import { createPreparedListener } from './prepared-listener.ts'
import { createTextListener } from './text-listener.ts'

/** How long requests in flight may take to finish once a server is closing. */
export const CLOSE_PATIENCE_MS = 10_000

/** A server could not take its address. Thrown: the operator has to choose another. */
export class ServeFault extends Error {
  override readonly name = 'ServeFault'
  readonly code: 'port_busy' | 'port_forbidden' | 'address_unavailable' | 'failed'
  constructor(code: ServeFault['code'], message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** A listening server. */
export interface RunningServer extends AsyncDisposable {
  /** The real port, also when 0 was asked for. */
  readonly port: number
  /** `http://host:port`, without a slash at its end. */
  readonly url: string
  /** Take no more connections, finish what is in flight, then cut what is left. Idempotent. */
  close(): Promise<void>
}

/** Where to listen, and what is answered straight from the socket. */
export interface ServeOptions {
  /** 0 takes a free one. */
  readonly port: number
  readonly hostname: string
  /** Routes answered straight from the socket, and the border that watches them. */
  readonly textRoutes?: readonly TextRoute[]
  readonly border?: Border
  /** What lies ready for a `GET`, sent straight from the socket; the border watches it too. */
  readonly prepared?: FindPrepared
  /** Takes connections that ask for another protocol; absent: they are refused. */
  readonly upgrade?: Upgrade
  readonly closePatienceMs?: number
}

/** Takes over a connection whose request asks for another protocol, such as a WebSocket. */
export type Upgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer) => void

/** Serve an app on Node's HTTP server. Throws `ServeFault` when the address cannot be taken. */
export async function serve(
  app: { readonly fetch: (request: Request, host: object) => Response | Promise<Response> },
  options: ServeOptions,
): Promise<RunningServer> {
  const { port, hostname } = options
  const fallback = getRequestListener((request, host) => app.fetch(request, host), { hostname })
  const listener = withPrepared(withTextRoutes(fallback, options), options)
  const server = createServer(
    { headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 30_000 },
    listener,
  )
  if (options.upgrade !== undefined) server.on('upgrade', options.upgrade)
  await listen(server, port, hostname)
  const bound = (server.address() as AddressInfo).port
  const close = createClose(server, options.closePatienceMs ?? CLOSE_PATIENCE_MS)
  const host = hostname.includes(':') ? `[${hostname}]` : hostname
  return { port: bound, url: `http://${host}:${bound}`, close, [Symbol.asyncDispose]: close }
}

type Listener = (incoming: IncomingMessage, outgoing: ServerResponse) => unknown

function withTextRoutes(fallback: Listener, options: ServeOptions): Listener {
  const { textRoutes = [], border } = options
  if (textRoutes.length === 0 || border === undefined) return fallback
  const listeners = new Map(
    textRoutes.map((route) => [route.path, createTextListener(route, border)] as const),
  )
  return (incoming, outgoing) => {
    const listener = incoming.method === 'POST' ? listeners.get(incoming.url ?? '') : undefined
    return (listener ?? fallback)(incoming, outgoing)
  }
}

function withPrepared(fallback: Listener, { prepared, border }: ServeOptions): Listener {
  if (prepared === undefined || border === undefined) return fallback
  const isSent = createPreparedListener(prepared, border)
  return (incoming, outgoing) =>
    incoming.method === 'GET' && isSent(incoming, outgoing)
      ? undefined
      : fallback(incoming, outgoing)
}

function listen(server: Server, port: number, hostname: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException) => reject(listenFault(cause, port, hostname))
    server.once('error', refuse)
    server.listen(port, hostname, () => {
      server.off('error', refuse)
      resolve()
    })
  })
}

function listenFault(cause: NodeJS.ErrnoException, port: number, hostname: string): ServeFault {
  const [code, message] = LISTEN_REASONS[cause.code ?? ''] ?? ['failed', cause.message]
  const text = `Cannot listen on port ${port} of ${hostname}: ${message}.`
  return new ServeFault(code, text, { cause })
}

const LISTEN_REASONS: Readonly<Record<string, readonly [code: ServeFault['code'], text: string]>> =
  {
    EADDRINUSE: [
      'port_busy',
      'another program uses it. Stop that program, or choose another port; 0 takes a free one',
    ],
    EACCES: ['port_forbidden', 'it needs more rights. Choose a port above 1023'],
    EADDRNOTAVAIL: ['address_unavailable', 'this machine has no such address. Try 127.0.0.1'],
    ENOTFOUND: ['address_unavailable', 'no such host is known. Try 127.0.0.1'],
  }

/**
 * An answer sent while closing still says keep-alive, and its connection would stay: so idle ones
 * are closed again after each answer.
 */
function createClose(server: Server, patienceMs: number): () => Promise<void> {
  let closing: Promise<void> | null = null
  return () => {
    closing ??= new Promise<void>((resolve) => {
      const cut = setTimeout(() => server.closeAllConnections(), patienceMs)
      server.on('request', (_, outgoing: ServerResponse) => {
        outgoing.shouldKeepAlive = false
      })
      const sweep = setInterval(() => server.closeIdleConnections(), 20)
      server.close(() => {
        clearTimeout(cut)
        clearInterval(sweep)
        resolve()
      })
      server.closeIdleConnections()
    })
    return closing
  }
}
