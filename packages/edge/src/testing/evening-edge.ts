import { randomUUID } from 'node:crypto'

import { EVENING, type releaseOfEvening } from '@nightmarket/kernel/testing'
import { LOG_NONE } from '@nightmarket/http'
import { openStall, type Stall } from '@nightmarket/stall'
import {
  createManualHost,
  createTestMarket,
  digest,
  openEvening,
  type ManualHost,
  type TestMarket,
} from '@nightmarket/stall/testing'
import { createMemoryJournalStore, type JournalStore } from '@nightmarket/storage'

import { createEdgeApp, type Edge } from '../edge-app.ts'
import { createEdgeClient, type EdgeClient } from '../client.ts'
import type { EdgeDeps } from '../edge-deps.ts'
import { createTokenMac } from '../host/token-mac.ts'
import type { PublishedClip, StageImages, StageParts } from '../page/stage-parts.ts'
import { stageOfTests } from './stage-of-tests.ts'

/** The operator's token in tests. */
export const OPERATOR = 'Bearer operator'

/** A voucher code that tests use; its hash is any text without the code in it. */
export const VOUCHER_CODE = 'VOUCHER-CODE-1'

/** A whole edge on a real stall, with a clock that a test moves by hand. */
export interface EveningEdge extends AsyncDisposable {
  readonly edge: Edge
  readonly client: EdgeClient
  readonly stall: Stall
  readonly host: ManualHost
  readonly market: TestMarket
  readonly deps: EdgeDeps
  request(path: string, init?: RequestInit): Promise<Response>
  /** Send JSON. */
  post(path: string, body: unknown, headers?: Readonly<Record<string, string>>): Promise<Response>
}

/** Open an edge on the evening's drop with so many mugs; without any it has no release yet. */
export async function openEveningEdge(
  options: {
    readonly units?: number
    readonly release?: ReturnType<typeof releaseOfEvening>
    readonly deps?: Partial<EdgeDeps>
    readonly store?: JournalStore
    /** Show pages too. */
    readonly hasStage?: boolean
    /** Pictures of products. */
    readonly images?: StageImages
    /** Where its pages lie for viewers. */
    readonly publicUrl?: string
    /** Clips that everybody may see. */
    readonly clips?: readonly PublishedClip[]
    /** Where the show's picture is. */
    readonly picture?: NonNullable<StageParts['picture']>
  } = {},
): Promise<EveningEdge> {
  const market = createTestMarket()
  const host = createManualHost(options.store ?? createMemoryJournalStore(), market)
  const stall = await openStall(host)
  if (options.units !== undefined) await openEvening(stall, options.units, options.release)
  const deps: EdgeDeps = {
    version: '0.1.0',
    stall,
    now: host.now,
    setTimer: host.setTimer,
    newId: randomUUID,
    digest,
    mac: createTokenMac(new Uint8Array(32).fill(7)),
    hashVoucher: (code) => (code === VOUCHER_CODE ? 'a'.repeat(64) : null),
    isOperator: (authorization) => authorization === OPERATOR,
    uplink: () => null,
    parent: null,
    log: LOG_NONE,
    metrics: null,
    onDefect: (error) => {
      throw error
    },
    ...(options.hasStage === true ? { stage: stageOf(market, options) } : {}),
    ...options.deps,
  }
  const edge = createEdgeApp(deps)
  const request = async (path: string, init?: RequestInit) => edge.app.request(path, init)
  return {
    edge,
    client: createEdgeClient('http://edge', { fetch: edge.app.request.bind(edge.app) }),
    stall,
    host,
    market,
    deps,
    request,
    post: (path, body, headers = {}) =>
      request(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    async [Symbol.asyncDispose]() {
      await stall[Symbol.asyncDispose]()
    },
  }
}

function stageOf(
  { publicKey }: TestMarket,
  options: {
    readonly clips?: readonly PublishedClip[]
    readonly publicUrl?: string
    readonly images?: StageImages
    readonly picture?: NonNullable<StageParts['picture']>
  },
) {
  const { clips, publicUrl = null, images, picture } = options
  const stage = { ...stageOfTests(publicKey, clips), publicUrl }
  const shown = picture === undefined ? stage : { ...stage, picture }
  return images === undefined ? shown : { ...shown, images }
}

/** Ask for the evening's offers as one buyer, and give back the token. */
export async function askForToken(
  { client }: Pick<EveningEdge, 'client'>,
  buyerId = 'ann',
): Promise<string> {
  const { dropId, mug } = EVENING
  const json = { buyerId, dropId, variantIds: [mug], consent: { personalOffers: false } }
  const response = await client.v1.offers.$post({ json })
  if (response.status !== 200) throw new Error(`no offers: ${response.status}`)
  const { offers } = await response.json()
  const [offer] = offers
  if (offer === undefined) throw new Error('no offer')
  return offer.token
}

/** An order for one unit, paid by card. */
export function orderOf(orderId: string, token: string) {
  const payment = { payKey: `pay-${orderId}`, method: 'card', reference: 'pm_card_visa' }
  return { orderId, token, quantity: 1, payment }
}
