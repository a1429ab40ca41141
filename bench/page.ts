import { writeFileSync } from 'node:fs'
import { cpus } from 'node:os'
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
import { serveFiles, type StaticServer } from './static-server.ts'

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

function startNginx(page: Buffer): Promise<StaticServer> {
  return serveFiles({
    fill(folder) {
      writeFileSync(join(folder, 'index.html'), page)
      writeFileSync(join(folder, 'index.html.gz'), gzipSync(page, { level: 9 }))
    },
    directives: 'etag on; gzip_static on; default_type text/html;',
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
