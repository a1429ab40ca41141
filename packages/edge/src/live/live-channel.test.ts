import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'

import { EVENING } from '@nightmarket/kernel/testing'
import { WebSocket } from 'ws'

import { serveEdge } from '../host/index.ts'
import { askForToken, openEveningEdge, orderOf, type EveningEdge } from '../testing/evening-edge.ts'
import { HEARTBEAT_MS, HEAR_RATE } from './live-channel.ts'
import { LIVE_MESSAGE_BYTES_MAX, liveMessage, type LiveMessage } from './message.ts'

/** A page’s end of the channel, which keeps all that it hears. */
class Page {
  readonly socket: WebSocket
  readonly heard: LiveMessage[] = []
  constructor(url: string, query = '') {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/live${query}`)
    this.socket.on('message', (data: Buffer) => {
      this.heard.push(liveMessage.parse(JSON.parse(data.toString())))
    })
  }

  /** The first message of a kind, already heard or still to come. */
  async hears<Type extends LiveMessage['type']>(
    type: Type,
    fits: (message: Extract<LiveMessage, { type: Type }>) => boolean = () => true,
  ): Promise<Extract<LiveMessage, { type: Type }>> {
    for (;;) {
      const found = this.heard.find((each) => each.type === type && fits(each as never))
      if (found !== undefined) return found as never
      await once(this.socket, 'message')
    }
  }

  say(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message))
  }

  get seen(): number {
    return Math.max(...this.heard.map((each) => ('offset' in each ? each.offset : 0)))
  }
}

/** Let the evening’s clock go on by itself while a test awaits what it is about. */
function letTimePass({ host }: EveningEdge, stepMs = 20): Disposable {
  const timer = setInterval(() => host.pass(stepMs), 1)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

test('[LV3] a sale is told to everybody who looks; who comes later sees it at once', async () => {
  await using evening = await openEveningEdge({ units: 3 })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const page = new Page(server.url)
  const snapshot = await page.hears('snapshot')
  equal(snapshot.drops[0]?.listings[0]?.unitsHere, 3)
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const stock = await page.hears('stock')
  deepEqual([stock.variantId, stock.unitsHere], [EVENING.mug, 2])
  const later = new Page(server.url)
  equal((await later.hears('snapshot')).drops[0]?.unitsSold, 1)
})

test('[LV3] a page is told when there is a picture, and a later one sees it at once', async () => {
  const paths = { livePath: '/l', venuePath: '/v', masterPath: '/m', replayPath: '/r' }
  let isThere = false
  const picture = () => (isThere ? { ...paths, endsAtMs: null } : null)
  await using evening = await openEveningEdge({ units: 3, hasStage: true, picture })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const page = new Page(server.url)
  equal((await page.hears('snapshot')).hasPicture, false)
  match(await (await evening.request('/')).text(), /No picture right now/)
  isThere = true
  equal((await page.hears('picture')).hasPicture, true)
  equal((await new Page(server.url).hears('snapshot')).hasPicture, true)
})

test('[LV2] over a real socket a page that was away hears everything, once', async () => {
  await using evening = await openEveningEdge({ units: 9 })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const stays = new Page(server.url)
  const first = new Page(server.url)
  const { epoch } = await first.hears('hello')
  await first.hears('snapshot')
  const sell = async (order: string) => {
    await evening.post('/v1/orders', orderOf(order, await askForToken(evening, order)))
  }
  await sell('o1')
  await first.hears('stock', ({ unitsHere }) => unitsHere === 8)
  const { seen } = first
  first.socket.close()
  await once(first.socket, 'close')
  await sell('o2')
  await sell('o3')
  const back = new Page(server.url, `?resume=${epoch}.${seen}`)
  ok((await back.hears('hello')).isResumed)
  await back.hears('crowd', ({ unitsSold }) => unitsSold === 3)
  await stays.hears('crowd', ({ unitsSold }) => unitsSold === 3)
  const after = (page: Page) => page.heard.filter((each) => 'offset' in each && each.offset > seen)
  const told = after(stays).filter(({ type }) => type !== 'hello')
  deepEqual(
    after(back).filter(({ type }) => type !== 'hello'),
    told,
  )
  ok(told.length >= 2)
})

test('[LV5] how an order stands is told to its buyer, and to nobody else', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const [buyer, thief] = [new Page(server.url), new Page(server.url)]
  await Promise.all([buyer.hears('snapshot'), thief.hears('snapshot')])
  buyer.say({ type: 'watch', buyerId: 'ann', ids: ['o1', 'o2'] })
  thief.say({ type: 'watch', buyerId: 'eve', ids: ['o1'] })
  thief.say({ type: 'say', name: 'Eve', text: 'hello' })
  await thief.hears('refused')
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening, 'ann')))
  await evening.post('/v1/orders', orderOf('o2', await askForToken(evening, 'ann')))
  const sold = await buyer.hears('standing', ({ order }) => order.orderId === 'o1')
  equal(sold.order.order?.totalMinor, 1_250)
  const waits = await buyer.hears('standing', ({ order }) => order.orderId === 'o2')
  equal(waits.order.status, 'waiting')
  await thief.hears('stock')
  equal(thief.heard.filter(({ type }) => type === 'standing').length, 0)
})

test('[LV6] what viewers send is bounded and limited, and reaches nobody else', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const [page, other] = [new Page(server.url), new Page(server.url)]
  await Promise.all([page.hears('snapshot'), other.hears('snapshot')])
  const heard = other.heard.length
  const tip = { type: 'tip', amountMinor: 9_999, currency: 'EUR' }
  const tries = ['{"type":"tip"', { type: 'stock', unitsHere: 9 }, tip]
  for (const message of tries) page.say(message)
  for (let count = 0; count < 2 * HEAR_RATE.burst; count += 1) page.say(tip)
  await page.hears('refused', ({ code }) => code === 'too_fast')
  const codes = page.heard.flatMap((each) => (each.type === 'refused' ? [each.code] : []))
  deepEqual(codes.slice(0, 3), ['malformed', 'malformed', 'malformed'])
  page.say('x'.repeat(LIVE_MESSAGE_BYTES_MAX + 1))
  const [code] = (await once(page.socket, 'close')) as [number]
  equal(code, 1009)
  equal(other.heard.length, heard)
})

test('[LV6] there is room for so many viewers, and for so many behind one address', async () => {
  const deps = { liveLimits: { viewersMax: 10, perAddressMax: 3 } }
  await using evening = await openEveningEdge({ units: 1, deps })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const stream = readEvents(await fetch(`${server.url}/v1/live/events`))
  await stream.next()
  const pages = [new Page(server.url), new Page(server.url)]
  await Promise.all(pages.map((page) => page.hears('snapshot')))
  const over = await fetch(`${server.url}/v1/live/events`)
  deepEqual([over.status, over.headers.get('retry-after')], [503, '5'])
  equal(((await over.json()) as { code: string }).code, 'live_full')
  const refused = new Page(server.url)
  const [error] = (await once(refused.socket, 'error')) as [Error]
  ok(error.message.includes('503'), error.message)
  pages[0]?.socket.close()
  await stream.cancel()
  while (evening.edge.live.viewers > 1) await new Promise((resolve) => setImmediate(resolve))
  const next = new Page(server.url)
  await next.hears('snapshot')
  const again = readEvents(await fetch(`${server.url}/v1/live/events`))
  equal((await again.next()).message.type, 'hello')
  await again.cancel()
  const elsewhere = new WebSocket(`${server.url.replace('http', 'ws')}/v1/orders`)
  ok(String(await once(elsewhere, 'error')).includes('404'))
})

test('[LV6] behind a trusted proxy each viewer counts for themselves', async () => {
  const deps = {
    liveLimits: { viewersMax: 10, perAddressMax: 1 },
    addressOf: (peer: string, forwarded: string | null) => forwarded ?? peer,
  }
  await using evening = await openEveningEdge({ units: 1, deps })
  using _time = letTimePass(evening)
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const ask = (address: string) =>
    fetch(`${server.url}/v1/live/events`, { headers: { 'x-forwarded-for': address } })
  const streams = [await ask('198.51.100.1'), await ask('198.51.100.2'), await ask('198.51.100.1')]
  deepEqual(
    streams.map(({ status }) => status),
    [200, 200, 503],
  )
  for (const { body } of streams) await body?.cancel()
})

test('[LV7] server-sent events say the same, and continue after the last id', async () => {
  await using evening = await openEveningEdge({ units: 3 })
  using _time = letTimePass(evening)
  const stay = await evening.request('/v1/live/events')
  equal(stay.headers.get('content-type'), 'text/event-stream; charset=utf-8')
  const events = readEvents(stay)
  equal((await events.next()).message.type, 'hello')
  const { id, message } = await events.next()
  equal(message.type, 'snapshot')
  await evening.post('/v1/orders', orderOf('o1', await askForToken(evening)))
  const told = [await events.next(), await events.next()]
  await events.cancel()
  const headers = { 'last-event-id': id, 'nightmarket-buyer': 'ann' }
  const again = readEvents(await evening.request('/v1/live/events?ids=o1', { headers }))
  equal((await again.next()).message.type, 'hello')
  deepEqual([await again.next(), await again.next()], told)
  const standing = await again.next()
  ok(standing.message.type === 'standing' && standing.message.order.order !== null)
  await again.cancel()
  equal(evening.edge.live.viewers, 0)
  equal((await evening.request('/v1/live/events?resume=nonsense')).status, 422)
})

test('[LV8] a viewer who does not answer is let go', async () => {
  await using evening = await openEveningEdge({ units: 1 })
  await using server = await serveEdge(evening.edge, { port: 0, hostname: '127.0.0.1' })
  const [alive, deaf] = [new Page(server.url), new Page(server.url)]
  await Promise.all([alive.hears('snapshot'), deaf.hears('snapshot')])
  deaf.socket.pause()
  const beats = async () => {
    const pinged = once(alive.socket, 'ping')
    evening.host.pass(HEARTBEAT_MS)
    await pinged
    // Its own pong is on its way before the next message is.
    alive.say('x')
    evening.host.pass(0)
  }
  await beats()
  await alive.hears('refused')
  await beats()
  equal(evening.edge.live.viewers, 1)
  equal(alive.socket.readyState, alive.socket.OPEN)
  deaf.socket.terminate()
})

/** Read server-sent events one by one. */
function readEvents(response: Response) {
  const reader = (response.body as ReadableStream<Uint8Array>).getReader()
  const decoder = new TextDecoder()
  let text = ''
  return {
    async next(): Promise<{ id: string; message: LiveMessage }> {
      while (!text.includes('\n\n')) {
        const { value, done } = await reader.read()
        if (done) throw new Error('the stream ended')
        text += decoder.decode(value, { stream: true })
      }
      const end = text.indexOf('\n\n')
      const event = text.slice(0, end)
      text = text.slice(end + 2)
      const id = /^id: (.*)$/m.exec(event)?.[1] ?? ''
      const data = /^data: (.*)$/m.exec(event)?.[1] ?? ''
      return { id, message: liveMessage.parse(JSON.parse(data)) }
    },
    cancel: () => reader.cancel(),
  }
}
