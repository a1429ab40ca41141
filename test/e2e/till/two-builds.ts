import { readFile } from 'node:fs/promises'
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join, resolve } from 'node:path'
import { build } from 'vite'

const TILL = resolve(import.meta.dirname, '../../../apps/till')

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
}

/** Build the till once more, as its next version: the same app, which says `build` of itself. */
export async function buildNextTill(name: string): Promise<Disposable & { readonly path: string }> {
  const path = mkdtempSync(join(tmpdir(), 'nightmarket-next-till-'))
  await build({
    root: TILL,
    configFile: join(TILL, 'vite.config.ts'),
    logLevel: 'silent',
    build: { outDir: path, emptyOutDir: true },
    plugins: [
      {
        name: 'next-version',
        transform: (code, id) =>
          id.endsWith('/main.tsx')
            ? `document.documentElement.dataset['build'] = '${name}'\n${code}`
            : null,
      },
    ],
  })
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** What stands before an edge: a proxy whose app can be renewed and whose uplink can be cut. */
export interface Front extends AsyncDisposable {
  readonly url: string
  /** Serve the till from a folder from now on. */
  serveTill(folder: string): void
  /** Whether anything but the app gets through. */
  cutApi(isCut: boolean): void
}

/** Put a front before an edge. */
export async function openFront(edgeUrl: string): Promise<Front> {
  let folder: string | null = null
  let isCut = false
  const server = createServer((incoming, outgoing) => {
    const path = new URL(incoming.url ?? '/', edgeUrl).pathname
    const isTill = path.startsWith('/till/')
    if (isTill && folder !== null) void sendTill(folder, path, outgoing)
    else if (isCut && !isTill) incoming.destroy()
    else forward(edgeUrl, incoming, outgoing)
  })
  await new Promise<void>((resolved) => server.listen(0, '127.0.0.1', resolved))
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the front has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    serveTill(next) {
      folder = next
    },
    cutApi(next) {
      isCut = next
      if (isCut) server.closeAllConnections()
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolved) => server.close(resolved))
    },
  }
}

async function sendTill(folder: string, path: string, outgoing: ServerResponse): Promise<void> {
  const name = path.slice('/till/'.length)
  const file = join(folder, name === '' ? 'index.html' : name)
  const body = await readFile(file).catch(() => null)
  const type = TYPES[extname(file)] ?? 'application/octet-stream'
  outgoing.writeHead(body === null ? 404 : 200, { 'content-type': type }).end(body)
}

function forward(edgeUrl: string, incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, headers } = incoming
  const asked = request(new URL(incoming.url ?? '/', edgeUrl), { method, headers }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(outgoing)
  })
  asked.on('error', () => outgoing.destroy())
  outgoing.on('close', () => asked.destroy())
  incoming.pipe(asked)
}
