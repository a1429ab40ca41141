import { deepEqual, equal, rejects } from 'node:assert/strict'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { test } from 'node:test'

import { Door, isConnectionLost } from './door.ts'

async function serve(listener: RequestListener) {
  const server = createServer(listener)
  let connections = 0
  server.on('connection', () => (connections += 1))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const close = () => {
    server.closeAllConnections()
    return new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return { url, close, connections: () => connections, [Symbol.asyncDispose]: close }
}

test('[RU3] one connection is kept for many questions, with bodies of any letters', async () => {
  await using server = await serve((request, response) => {
    void text(request).then((body) => {
      response.writeHead(201, { 'content-type': 'application/json' })
      const { method, headers } = request
      response.end(JSON.stringify({ method, body, buyer: headers['x-buyer'] }))
    })
  })
  const door = new Door(server.url)
  for (const body of ['{}', '{"title":"Müß 月 🌙"}']) {
    const answer = await door.ask({ method: 'POST', path: '/', headers: { 'x-buyer': 'b' }, body })
    deepEqual(JSON.parse(answer.body), { method: 'POST', body, buyer: 'b' })
    equal(answer.status, 201)
  }
  equal(server.connections(), 1)
  door.close()
})

test('[RU3] answers in chunks, in pieces and without a body are read whole', async () => {
  await using server = await serve((request, response) => {
    if (request.url === '/none') return void response.writeHead(204).end()
    response.write('{"long":"')
    setImmediate(() => {
      response.write('é'.repeat(70_000))
      response.end('"}')
    })
  })
  const door = new Door(server.url)
  const answer = await door.ask({ method: 'GET', path: '/chunked' })
  equal(answer.body, `{"long":"${'é'.repeat(70_000)}"}`)
  deepEqual(await door.ask({ method: 'GET', path: '/none' }), { status: 204, body: '' })
  door.close()
})

test('[RU3] a connection that ends is a loss, and the next question gets a new one', async () => {
  let count = 0
  await using server = await serve((request, response) => {
    count += 1
    if (count === 1) return void request.socket.destroy()
    if (count === 2) response.setHeader('connection', 'close')
    response.end(String(count))
  })
  const door = new Door(server.url)
  await rejects(door.ask({ method: 'GET', path: '/' }), isConnectionLost)
  equal((await door.ask({ method: 'GET', path: '/' })).body, '2')
  equal((await door.ask({ method: 'GET', path: '/' })).body, '3')
  equal(server.connections(), 3)
  await server.close()
  await rejects(door.ask({ method: 'GET', path: '/' }), isConnectionLost)
})
