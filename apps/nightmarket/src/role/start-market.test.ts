import { deepEqual, equal, match, ok } from 'node:assert/strict'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { test } from 'node:test'

import { createEdgeClient } from '@nightmarket/edge'

import { buyOne, until } from '../testing/buy.ts'
import { openTestFolder, runNightmarket, startNightmarket } from '../testing/process.ts'
import { writeSmallShow } from '../testing/small-show.ts'
import { typeCommand } from '../testing/terminal.ts'

interface Orders {
  readonly orders: readonly { readonly orderId: string; readonly state: string }[]
}

test('a market sells, proves it, stops cleanly, and goes on where it was', async () => {
  using folder = openTestFolder()
  const data = ['--data', `${folder.path}/market`]
  const { csv, show } = writeSmallShow(folder.path)
  const up = ['up', '--port', '0', ...data]
  let orderId: string
  {
    await using market = await startNightmarket(up)
    const { edge = '', core = '', sandbox = '' } = market.addresses
    deepEqual(
      [edge, core, sandbox].map((url) => URL.canParse(url)),
      [true, true, true],
    )
    equal((await typeCommand(['import', csv, ...data])).exitCode, 0)
    equal((await typeCommand(['show', 'apply', show, ...data])).exitCode, 0)
    const bought = await until(
      () => sell(edge),
      ({ status }) => status === 201,
    )
    orderId = bought.orderId
    await verifiesOnlyAsItIs(bought.answer, folder.path, data)
    await until(
      () => listOrders(data),
      ({ orders }) => orders[0]?.state === 'captured',
    )
    equal(await market.stop(), 0)
    equal(market.said.error, '')
  }
  const afterwards = await listOrders(data)
  deepEqual(
    afterwards.orders.map((order) => order.orderId),
    [orderId],
  )
  {
    await using market = await startNightmarket(up)
    const client = createEdgeClient(market.addresses['edge'] ?? '')
    const view = await (
      await client.v1.orders[':orderId'].$get({ param: { orderId }, query: {} })
    ).json()
    equal('state' in view ? view.state : view, 'captured')
    equal((await until(() => sell(market.addresses['edge'] ?? ''), isSold)).status, 201)
  }
  equal((await listOrders(data)).orders.length, 2)
})

test('secrets are for this user only, and no address is left behind', async () => {
  using folder = openTestFolder()
  const data = ['--data', folder.path]
  await using market = await startNightmarket(['up', '--port', '0', ...data])
  for (const file of ['market.key', 'admin.token', 'edges/main/node.key', 'edges/main/token.key']) {
    equal(statSync(`${folder.path}/${file}`).mode & 0o777, 0o600, file)
  }
  const running = JSON.parse(readFileSync(`${folder.path}/run.json`, 'utf8')) as { pid: number }
  equal(running.pid, market.pid)
  const second = await typeCommand(['up', '--port', '0', ...data])
  equal(second.exitCode, 1)
  match(second.error, new RegExp(`is running already at http.*kill ${market.pid}`, 's'))
  await market.stop('SIGKILL')
  ok(statSync(`${folder.path}/run.json`).isFile())
  equal((await typeCommand(['nodes', ...data])).exitCode, 0)
})

test('a busy port is named, with the way out', async () => {
  using folder = openTestFolder()
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const words = ['up', '--data', folder.path, '--port', String(port), '--json']
  const { exitCode, out } = await runNightmarket(words)
  server.close()
  equal(exitCode, 1)
  const { error } = JSON.parse(out) as { error: { code: string; title: string } }
  equal(error.code, 'port_busy')
  match(error.title, new RegExp(`ort ${port} `))
})

test('a folder of a newer version is left alone', async () => {
  using folder = openTestFolder()
  const file = `${folder.path}/market.json`
  writeFileSync(file, '{ "format": 9, "version": "9.0.0", "books": "sqlite" }')
  for (const words of ['up', 'orders', 'import x.csv', 'edge', 'sandbox', 'core']) {
    const { exitCode, error } = await typeCommand([...words.split(' '), '--data', folder.path])
    equal(exitCode, 1, words)
    if (words !== 'import x.csv') match(error, /newer nightmarket[^]*format 9 \(version 9\.0\.0\)/)
  }
  equal(readFileSync(file, 'utf8').includes('"format": 9'), true)
})

test('an edge enrols once, sells apart from the core, and is refused once revoked', async () => {
  using folder = openTestFolder()
  const data = ['--data', `${folder.path}/market`]
  const { csv, show } = writeSmallShow(folder.path)
  await typeCommand(['import', csv, ...data])
  await typeCommand(['show', 'apply', show, ...data])
  await using sandbox = await startNightmarket(['sandbox', '--port', '0', ...data])
  const processor = ['--processor', sandbox.addresses['sandbox'] ?? '']
  await using core = await startNightmarket(['core', '--port', '0', ...processor, ...data])
  const coreUrl = core.addresses['core'] ?? ''
  const { out } = await typeCommand(['enrol', '--name', 'hall', ...data, '--json'])
  const { code } = JSON.parse(out) as { code: string }
  const start = ['edge', '--core', coreUrl, '--enrol', code, '--name', 'hall', '--port', '0']
  await using edge = await startNightmarket([...start, '--data', `${folder.path}/elsewhere`])
  const edgeUrl = edge.addresses['edge'] ?? ''
  const other = await runNightmarket([...start, '--data', `${folder.path}/thief`])
  equal(other.exitCode, 1)
  match(other.error, /code was used by another device[^]*→/)
  await until(() => sell(edgeUrl), isSold)
  const { nodes } = JSON.parse((await typeCommand(['nodes', ...data, '--json'])).out) as {
    nodes: readonly { readonly nodeId: string }[]
  }
  const nodeId = nodes[0]?.nodeId ?? ''
  equal((await typeCommand(['nodes', 'revoke', nodeId, ...data])).exitCode, 0)
  await until(
    () => readiness(edgeUrl),
    (status) => status === 503,
  )
  equal(isSold(await sell(edgeUrl)), false)
})

test('an edge that cannot reach its core says so, and keeps nothing half done', async () => {
  using folder = openTestFolder()
  const words = ['edge', '--data', folder.path, '--core', 'http://127.0.0.1:9', '--enrol', 'X']
  const first = await runNightmarket(words)
  equal(first.exitCode, 1)
  match(first.error, /core does not answer[^]*→/)
  const second = await typeCommand(['edge', '--data', folder.path])
  match(second.error, /not enrolled yet[^]*nightmarket enrol/)
})

async function verifiesOnlyAsItIs(
  answer: unknown,
  folder: string,
  data: readonly string[],
): Promise<void> {
  const file = `${folder}/receipt.json`
  const { receipt } = answer as { receipt: { entry: string } }
  writeFileSync(file, JSON.stringify(receipt))
  equal((await typeCommand(['receipt', 'verify', file, ...data])).exitCode, 0)
  writeFileSync(file, JSON.stringify(answer))
  const key = ['--key', `${folder}/market/market.pub`]
  equal((await typeCommand(['receipt', 'verify', file, ...key])).exitCode, 0)
  const entry = receipt.entry.replace('"totalMinor":950', '"totalMinor":1')
  writeFileSync(file, JSON.stringify({ ...receipt, entry }))
  const forged = await typeCommand(['receipt', 'verify', file, ...data])
  equal(forged.exitCode, 1)
  match(forged.out, /proves nothing: the entry is not in the journal/)
}

/** An edge has nothing to sell until its first lease has come. */
async function sell(edgeUrl: string) {
  try {
    return await buyOne(edgeUrl, 'mug:blue')
  } catch (error) {
    return { orderId: '', status: 0, answer: String(error) }
  }
}

function isSold({ status }: { readonly status: number }): boolean {
  return status === 201
}

async function readiness(edgeUrl: string): Promise<number> {
  const response = await fetch(`${edgeUrl}/readyz`)
  await response.body?.cancel()
  return response.status
}

async function listOrders(data: readonly string[]): Promise<Orders> {
  const { out } = await typeCommand(['orders', ...data, '--json'])
  return JSON.parse(out) as Orders
}
