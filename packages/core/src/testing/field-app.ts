import { generateKeyPairSync, sign } from 'node:crypto'

import { ok, type ToEpochMs } from '@nightmarket/kernel'
import { LOG_NONE } from '@nightmarket/http'
import { createHttpWire, signRequest, type ParentWire } from '@nightmarket/sync'

import { createCoreApp, type CoreAppDeps } from '../app.ts'
import { createCoreClient, type CoreClient } from '../client.ts'
import type { Core } from '../core.ts'
import { foundMarket } from '../market/found-market.ts'
import { FieldNode } from './field-node.ts'

/** The admin token of tests. */
export const ADMIN_TOKEN = 'admin-of-tests'

/** A core's app without a server, and its typed client with the admin's token. */
export interface FieldApp {
  readonly client: CoreClient
  readonly wakes: readonly string[]
  request(path: string, init?: RequestInit): Promise<Response>
  /** Enrol a node over HTTP. */
  enrol(name: string): Promise<FieldEdge>
}

/** An enrolled node: the child's stall, and its signed ways to the app. */
export interface FieldEdge {
  readonly node: FieldNode
  readonly wire: ParentWire
  /** Ask on a buyer's behalf. */
  ask(path: string, question: object): Promise<Response>
  /** Ask for itself, as tills do. */
  get(path: string): Promise<Response>
}

/** Put an app around a core. Its market is founded if nobody has. */
export async function openFieldApp(core: Core, deps: Partial<CoreAppDeps> = {}): Promise<FieldApp> {
  const { publicKey } = core.marketKey
  await foundMarket(core.books, { publicKey, currency: 'EUR', createdAtMs: core.nowMs() })
  const wakes: string[] = []
  const { app } = createCoreApp({
    core,
    version: '0.1.0',
    adminTokenHash: core.digest(new TextEncoder().encode(ADMIN_TOKEN)).toHex(),
    toEpochMs: readUtc,
    wakePayments: () => wakes.push('woken'),
    log: LOG_NONE,
    metrics: null,
    monotonicMs: () => performance.now(),
    onDefect: (error) => {
      throw error
    },
    ...deps,
  })
  const request = async (path: string | URL | Request, init?: RequestInit) =>
    app.request(path, init)
  const client = createCoreClient('http://core', { token: ADMIN_TOKEN, fetch: request })
  const enrol = async (name: string) => {
    const made = await client.v1.enrolments.$post({ json: { name } })
    if (made.status !== 201) throw new Error(`no code: ${made.status}`)
    const { code } = await made.json()
    return enrolWith(core, request, code)
  }
  return { client, wakes, request, enrol }
}

async function enrolWith(
  core: Core,
  request: (path: string, init?: RequestInit) => Promise<Response>,
  code: string,
): Promise<FieldEdge> {
  const keys = generateKeyPairSync('ed25519')
  const x = keys.publicKey.export({ format: 'jwk' }).x ?? ''
  const publicKey = Buffer.from(x, 'base64url').toString('base64')
  const client = createCoreClient('http://core', { fetch: request as never })
  const response = await client.v1.enrol.$post({ json: { code, publicKey } })
  if (response.status !== 201) throw new Error(`not enrolled: ${response.status}`)
  const enrolled = await response.json()
  const signer = (message: Uint8Array) => sign(null, message, keys.privateKey).toString('base64')
  const { nodeId, epoch } = enrolled
  const requestSigner = { nodeId, epoch, sign: signer, digest: core.digest }
  const wire = createHttpWire({
    parentUrl: 'http://core',
    signer: requestSigner,
    fetch: request,
  })
  const ask = async (path: string, question: object) => {
    const body = JSON.stringify(question)
    const signed = await signRequest({ method: 'POST', path, body }, requestSigner)
    const headers = { 'content-type': 'application/json', ...signed }
    return request(path, { method: 'POST', headers, body })
  }
  const get = async (path: string) => {
    const headers = await signRequest({ method: 'GET', path, body: '' }, requestSigner)
    return request(path, { headers })
  }
  return { node: new FieldNode(core, enrolled, signer), wire, ask, get }
}

/** Tests have one time zone. */
const readUtc: ToEpochMs = (text) => ok(Date.parse(`${text}Z`))

/** Ask as the admin, where the typed client has no words for it. */
export function admin(app: FieldApp, path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers)
  headers.set('authorization', `Bearer ${ADMIN_TOKEN}`)
  return app.request(path, { ...init, headers })
}

/** A refusal in short: its status and code. */
export async function refused(response: { readonly status: number; json(): Promise<unknown> }) {
  return [response.status, ((await response.json()) as { code: string }).code]
}
