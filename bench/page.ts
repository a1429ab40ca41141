import { spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { brotliCompressSync, gzipSync } from 'node:zlib'

import {
  openTestFolder,
  runForJson,
  startNightmarket,
} from '../apps/nightmarket/src/testing/process.ts'
import { figureOf, type Figure } from './figure.ts'
import { askPages, type PageTimes } from './page-load.ts'

const HELP = `npm run bench:page -- [--quick] [--json]

Asks a running market's edge for the show's page, and nginx for the same page as a static file with
its gzip made ahead: time to first byte at the median and at p99, and bytes. Needs nginx.
`

const { values } = parseArgs({
  options: { json: { type: 'boolean' }, quick: { type: 'boolean' }, help: { type: 'boolean' } },
})
if (values.help === true) process.stdout.write(HELP)
else await main(values.quick === true ? 1 : 3)

async function main(rounds: number): Promise<void> {
  using folder = openTestFolder()
  process.stderr.write('a market with the sample show …\n')
  const data = ['--data', join(folder.path, 'market')]
  await using market = await startNightmarket(['up', '--port', '0', ...data])
  await runForJson(['import', 'samples/catalogue.csv', ...data])
  await runForJson(['show', 'apply', 'samples/show.yaml', ...data])
  const edgeUrl = market.addresses['edge'] ?? ''
  const page = await fetchPage(edgeUrl)
  await using nginx = await startNginx(page)
  const figures: Figure[] = []
  for (const connections of [1, 32]) {
    const edge: PageTimes[] = []
    const bare: PageTimes[] = []
    const requests = connections === 1 ? 2_000 : 10_000
    for (let round = 1; round <= rounds; round += 1) {
      process.stderr.write(`round ${round}/${rounds}, ${connections} connections …\n`)
      bare.push(await askPages(nginx.port, requests, connections))
      edge.push(await askPages(Number(new URL(edgeUrl).port), requests, connections))
    }
    figures.push(...describe(edge, bare, connections))
  }
  const cores = cpus()
  const machine = { node: process.version, cpu: cores[0]?.model ?? '', cores: cores.length }
  const more = { identity: page.length, brotli: brotliCompressSync(page).length }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, more, figures })}\n`)
  else for (const figure of figures) process.stdout.write(`${line(figure)}\n`)
}

async function fetchPage(edgeUrl: string): Promise<Buffer> {
  for (;;) {
    const response = await fetch(`${edgeUrl}/`, { headers: { 'accept-encoding': 'gzip' } })
    const text = await response.text()
    if (response.ok && text.includes('data-drop-section')) return Buffer.from(text)
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
}

async function startNginx(page: Buffer): Promise<AsyncDisposable & { readonly port: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-nginx-'))
  const port = await freePort()
  mkdirSync(join(folder, 'html'))
  writeFileSync(join(folder, 'html', 'index.html'), page)
  writeFileSync(join(folder, 'html', 'index.html.gz'), gzipSync(page, { level: 9 }))
  writeFileSync(join(folder, 'nginx.conf'), configOf(folder, port))
  const options = ['-p', folder, '-c', join(folder, 'nginx.conf')]
  const child = spawn('nginx', options, { stdio: 'ignore' })
  await untilListening(child, port)
  return {
    port,
    async [Symbol.asyncDispose]() {
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGQUIT')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function configOf(folder: string, port: number): string {
  return `daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  access_log off; keepalive_requests 1000000; etag on; gzip_static on; default_type text/html;
  client_body_temp_path ${folder}/a; proxy_temp_path ${folder}/b; fastcgi_temp_path ${folder}/c;
  uwsgi_temp_path ${folder}/d; scgi_temp_path ${folder}/e;
  server { listen 127.0.0.1:${port}; root ${folder}/html; }
}
`
}

async function untilListening(child: ChildProcess, port: number): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error('nginx ended: is it installed?')
    try {
      const response = await fetch(`http://127.0.0.1:${port}/`)
      await response.body?.cancel()
      return
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}

function freePort(): Promise<number> {
  const server = createServer()
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      const port = typeof address === 'object' && address !== null ? address.port : 0
      server.close(() => resolve(port))
    })
  })
}

function describe(
  edge: readonly PageTimes[],
  bare: readonly PageTimes[],
  connections: number,
): readonly Figure[] {
  const of = (name: string, unit: string, pick: (times: PageTimes) => number, aim: string | null) =>
    figureOf({
      name: `${name}, ${connections} connection${connections === 1 ? '' : 's'}`,
      unit,
      values: edge.map(pick),
      bare: 'nginx, the same page as a file, gzip made ahead',
      bareValues: bare.map(pick),
      aim,
    })
  return [
    of('first byte at the median', 'ms', ({ p50Ms }) => p50Ms, 'ratio ≤ 2'),
    of('first byte at p99', 'ms', ({ p99Ms }) => p99Ms, null),
    of('bytes of the answer', 'bytes', ({ bytes }) => bytes, null),
  ]
}

function line({ name, unit, value, bareValue, ratio, aim }: Figure): string {
  const beside = `${(ratio ?? 0).toFixed(2)} of nginx's ${bareValue ?? 0}`
  return `  ${name}: ${value} ${unit}, ${beside}${aim === null ? '' : `  (aim ${aim})`}`
}
