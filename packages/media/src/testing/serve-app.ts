import { once } from 'node:events'
import { createServer } from 'node:http'

import type { Hono } from 'hono'

/** Serve an app on a port of its own, for programs that only know addresses. */
export async function serveApp(app: Hono) {
  const server = createServer((request, response) => {
    void Promise.resolve(app.request(request.url ?? '/')).then(async (answer) => {
      response.writeHead(answer.status, Object.fromEntries(answer.headers))
      response.end(Buffer.from(await answer.arrayBuffer()))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
