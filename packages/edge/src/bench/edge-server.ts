import { hash, randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { releaseOfEvening } from '@nightmarket/kernel/testing'
import { createPinoLog, createPrometheusMetrics } from '@nightmarket/http/host'
import { openStall } from '@nightmarket/stall'
import { createManualHost, createTestMarket, openEvening } from '@nightmarket/stall/testing'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { createEdgeApp } from '../edge-app.ts'
import { edgeGauges } from '../edge-readiness.ts'
import { createTokenMac, serveEdge } from '../host/index.ts'

/** The secret that the bench makes its tokens with. */
const BENCH_SECRET = new Uint8Array(32).fill(9)

/** The bare thing: read JSON, answer with it. */
function serveEcho(): Promise<number> {
  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const value: unknown = JSON.parse(Buffer.concat(chunks).toString())
      const body = JSON.stringify(value)
      outgoing.writeHead(200, {
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      })
      outgoing.end(body)
    })
  })
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      resolve(typeof address === 'object' && address !== null ? address.port : 0)
    })
  })
}

/** A whole edge as in production, on the evening's drop with more units than anybody buys. */
async function serveMarket(): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), 'edge-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true }))
  const digest = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer')
  const market = createTestMarket()
  const host = {
    ...createManualHost(await openSqliteJournal(join(folder, 'journal.db')), market),
    digest,
  }
  const stall = await openStall(host)
  await openEvening(stall, 10_000_000, releaseOfEvening({ terms: { deferred: WITHOUT_LIMITS } }))
  const parts = { stall, uplink: () => null, parent: null }
  const edge = createEdgeApp({
    ...parts,
    version: 'bench',
    now: () => ({ ...host.now(), monotonicMs: performance.now() }),
    setTimer: host.setTimer,
    newId: randomUUID,
    digest,
    mac: createTokenMac(BENCH_SECRET),
    hashVoucher: () => null,
    isOperator: () => false,
    log: createPinoLog({ name: 'bench', level: 'info' }),
    metrics: createPrometheusMetrics({ gauges: edgeGauges(parts), ofProcess: true }),
    onDefect: () => process.exit(1),
  })
  const server = await serveEdge(edge, { port: 0, hostname: '127.0.0.1' })
  return server.port
}

const WITHOUT_LIMITS = {
  orderMinorMax: 1e9,
  buyerOrdersMax: 1e9,
  ordersMax: 1e9,
  sumMinorMax: Number.MAX_SAFE_INTEGER,
  ageMsMax: 1e9,
}

/** A process of its own that serves what is measured, and says its port to its parent. */
if (import.meta.main) {
  process.on('disconnect', () => process.exit())
  const [kind] = process.argv.slice(2)
  const port = kind === 'echo' ? await serveEcho() : await serveMarket()
  process.send?.({ port })
}
