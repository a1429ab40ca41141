import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { createServer, type Server } from 'node:http'
import { once } from 'node:events'
import { test } from 'node:test'

import { OriginFinder, SOURCE_PATH } from './origin-finder.ts'
import { PullCache, type Pulled } from './pull-cache.ts'
import { pullRoutes } from './pull-routes.ts'
import { followOrigin } from './follow-origin.ts'

/** An edge with the encoder, as far as another one sees it. */
class TestOrigin {
  readonly asked: string[] = []
  source = 'encoder'
  /** Lets the questions that wait go on. */
  release = Promise.withResolvers<void>()
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async open(): Promise<TestOrigin> {
    const server = createServer()
    const origin = new TestOrigin(server)
    server.on('request', (request, response) => {
      const url = request.url ?? ''
      if (url === SOURCE_PATH) {
        response.end(JSON.stringify({ source: origin.source, isLost: false }))
        return
      }
      origin.asked.push(url)
      if (url === '/v1/live/events') {
        const cue = { cueId: 'c', language: 'en', startAtMs: 1, endAtMs: 2, text: 'Hello' }
        response.write(`id: e.1\ndata: ${JSON.stringify({ type: 'caption', cue })}\n\n`)
        return
      }
      if (url.includes('missing')) {
        response.writeHead(404).end('no')
        return
      }
      const isList = url.includes('.m3u8')
      const headers = { 'content-type': isList ? 'application/vnd.apple.mpegurl' : 'video/mp4' }
      void origin.release.promise.then(() => response.writeHead(200, headers).end(url))
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    return origin
  }

  get url(): string {
    const address = this.#server.address()
    return `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    if (!this.#server.listening) return
    this.#server.close()
    await once(this.#server, 'close')
  }
}

function finderOf(url: string, isOrigin = () => false, nowMs = () => 0): OriginFinder {
  return new OriginFinder({ candidates: () => [url], isOrigin, nowMs, onChange: () => undefined })
}

test('[PU1] a part is fetched once for all, and a waiting question asked once', async () => {
  await using origin = await TestOrigin.open()
  await using finder = finderOf(origin.url)
  await finder.look()
  const app = pullRoutes(finder)
  const part = '/media/live/p1-3.m4s'
  const list = '/media/live/venue/index.m3u8?_HLS_msn=4&_HLS_part=1'
  const ask = async (at: number) => app.request(at % 2 === 0 ? part : list)
  const questions = Array.from({ length: 50 }, (_, at) => ask(at))
  origin.release.resolve()
  const answers = await Promise.all(questions)
  ok(answers.every(({ status }) => status === 200))
  deepEqual(origin.asked.toSorted(), [part, list].toSorted())
  equal(await (await app.request(part)).text(), part)
  equal(origin.asked.length, 2)
  for (const _ of [1, 2]) equal((await app.request('/media/live/missing.m4s')).status, 404)
  equal(origin.asked.length, 4)
})

test('[PU1] what is kept is bounded, and the latest use stays', async () => {
  const cache = new PullCache(() => 0)
  const fetched: string[] = []
  const get = (address: string) =>
    cache.get(address, () => {
      fetched.push(address)
      const bytes = new Uint8Array(24 * 2 ** 20)
      return Promise.resolve<Pulled>({
        status: 200,
        contentType: 'video/mp4',
        cacheControl: '',
        bytes,
      })
    })
  for (const address of ['a', 'b', 'a', 'c', 'a', 'b']) await get(address)
  deepEqual(fetched, ['a', 'b', 'c', 'b'])
})

test('[PU2] an origin that is gone is told honestly, and found again', async () => {
  let now = 0
  const origin = await TestOrigin.open()
  origin.release.resolve()
  await using finder = finderOf(origin.url, () => false, () => now)
  await finder.look()
  const app = pullRoutes(finder)
  equal((await app.request('/media/live/index.m3u8')).status, 200)
  origin.source = 'none'
  await finder.look()
  deepEqual([finder.isLost, finder.origin], [true, origin.url])
  origin.source = 'encoder'
  await finder.look()
  equal(finder.isLost, false)
  await origin[Symbol.asyncDispose]()
  const answer = await app.request('/media/live/index.m3u8?again')
  equal(answer.status, 503)
  match(await answer.text(), /comes back by itself/)
  await finder.look()
  equal(finder.isLost, true)
  now = 61_000
  await finder.look()
  equal(finder.origin, null)
  equal((await app.request('/media/live/index.m3u8')).status, 404)
})

test('[PU3] an edge with the encoder pulls nothing, nor from one that pulls itself', async () => {
  await using origin = await TestOrigin.open()
  let isOrigin = true
  await using finder = finderOf(origin.url, () => isOrigin)
  await finder.look()
  equal(finder.origin, null)
  isOrigin = false
  origin.source = 'origin'
  await finder.look()
  equal(finder.origin, null)
  origin.source = 'encoder'
  await finder.look()
  equal(finder.origin, origin.url)
})

test('[PU4] the words of the show come from where the picture does', async () => {
  await using origin = await TestOrigin.open()
  const { promise, resolve } = Promise.withResolvers<unknown>()
  await using _following = followOrigin({ origin: origin.url }, resolve)
  const cue = { cueId: 'c', language: 'en', startAtMs: 1, endAtMs: 2, text: 'Hello' }
  deepEqual(await promise, { type: 'caption', cue })
})
