import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

import { EVENING } from '@nightmarket/kernel/testing'

import { loadServer, writeRequest, type LoadFigures } from './bench/wire-load.ts'

/** The buy path over HTTP beside a bare JSON echo of the same requests, in the same run. */
export interface BuyPathFigures {
  readonly connections: number
  readonly buy: LoadFigures
  readonly echo: LoadFigures
  /** Orders per echo. */
  readonly ratio: number
  /** Questions for offers a second, each answered with a signed token. */
  readonly offersPerSecond: number
}

/** Orders before the measured ones, so that both servers are compiled. */
const WARM_UP_ORDERS = 10_000

/** Buyers ask for their offers shortly before they buy: so many at a time. */
const CHUNK_ORDERS = 5_000

/**
 * Buy `orders` times over real sockets, each durable with a signed receipt before its answer, and
 * send the same bytes to a bare `node:http` echo. Servers run in processes of their own.
 */
export async function measureBuyPath(orders: number, connections: number): Promise<BuyPathFigures> {
  const requests: Buffer[] = []
  const offers: LoadFigures[] = []
  const buy = await withServer('market', async (port) => {
    const buyAll = async (count: number, lanes: number) => {
      const figures: LoadFigures[] = []
      for (let bought = 0; bought < count; bought += CHUNK_ORDERS) {
        const chunk = await askForOffers(port, Math.min(CHUNK_ORDERS, count - bought), offers)
        figures.push(await loadServer(port, chunk, lanes, '201'))
        requests.push(...chunk)
      }
      return mergeFigures(figures)
    }
    await buyAll(WARM_UP_ORDERS, 64)
    return buyAll(orders, connections)
  })
  const echo = await withServer('echo', async (port) => {
    await loadServer(port, requests.slice(0, WARM_UP_ORDERS), 64, '200')
    return loadServer(port, requests.slice(WARM_UP_ORDERS), connections, '200')
  })
  const ratio = Math.round((buy.requestsPerSecond / echo.requestsPerSecond) * 100) / 100
  const offersPerSecond = mergeFigures(offers).requestsPerSecond
  return { connections, buy, echo, ratio, offersPerSecond }
}

/** Ask as so many viewers, and write the orders they will send. */
async function askForOffers(
  port: number,
  count: number,
  figures: LoadFigures[],
): Promise<readonly Buffer[]> {
  const { dropId, mug } = EVENING
  const question = { dropId, variantIds: [mug], consent: { personalOffers: false } }
  const asks = Array.from({ length: count }, () =>
    writeRequest('/v1/offers', JSON.stringify(question)),
  )
  const orders: Buffer[] = []
  figures.push(
    await loadServer(port, asks, 64, '200', (body) => {
      const answer = JSON.parse(body) as { offers: [{ token: string }] }
      orders.push(writeOrder(answer.offers[0].token))
    }),
  )
  return orders
}

function writeOrder(token: string): Buffer {
  const orderId = crypto.randomUUID()
  const payment = { payKey: `pay-${orderId}`, method: 'card', reference: 'pm_card_visa' }
  return writeRequest('/v1/orders', JSON.stringify({ orderId, token, quantity: 1, payment }))
}

/** Chunks of one load as one: mean rate by time, the worst of the percentiles. */
function mergeFigures(figures: readonly LoadFigures[]): LoadFigures {
  const seconds = figures.reduce((sum, { requestsPerSecond }) => sum + 1 / requestsPerSecond, 0)
  const worst = (pick: (one: LoadFigures) => number) => Math.max(...figures.map(pick))
  return {
    requestsPerSecond: Math.round(figures.length / seconds),
    p50Ms: worst(({ p50Ms }) => p50Ms),
    p99Ms: worst(({ p99Ms }) => p99Ms),
  }
}

async function withServer(
  kind: 'market' | 'echo',
  work: (port: number) => Promise<LoadFigures>,
): Promise<LoadFigures> {
  const path = fileURLToPath(new URL('./bench/edge-server.ts', import.meta.url))
  const server = fork(path, [kind])
  try {
    const [message] = (await once(server, 'message')) as [{ readonly port: number }]
    return await work(message.port)
  } finally {
    const ended = once(server, 'exit')
    server.disconnect()
    await ended
  }
}

if (import.meta.main) {
  for (const connections of [1, 8, 64]) {
    console.log(await measureBuyPath(connections === 1 ? 5_000 : 30_000, connections))
  }
}
