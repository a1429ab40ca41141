import { deepEqual, equal, rejects } from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { setImmediate } from 'node:timers/promises'
import type { OrderId, PayKey } from '@nightmarket/kernel'

import type { AuthorizeRequest, Processor } from '../processor.ts'
import { createStripeProcessor } from '../stripe/stripe-processor.ts'
import { startSandbox } from './host.ts'

const PROGRAM = join(import.meta.dirname, 'sandbox-process.ts')

function openFolder() {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-'))
  return {
    file: join(folder, 'sandbox.db'),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** A sandbox in a process of its own, on a file. */
async function spawnSandbox(file: string) {
  const stdio: ['ignore', 'pipe', 'inherit'] = ['ignore', 'pipe', 'inherit']
  const child = spawn(process.execPath, [PROGRAM, file], { stdio })
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  async function kill(): Promise<void> {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  return { url: line.replace('ready ', ''), kill, [Symbol.asyncDispose]: kill }
}

function connect(baseUrl: string, deadlineMs = 10_000): Processor {
  return createStripeProcessor({ secretKey: 'sk_test_x', webhookSecret: 'x', baseUrl, deadlineMs })
}

function requestOf(key: string): AuthorizeRequest {
  return {
    payKey: key as PayKey,
    reference: 'pm_card_visa',
    amountMinor: 900,
    currency: 'EUR',
    capture: true,
    origin: { orderId: `order-${key}` as OrderId, nodeId: 'edge-1', epoch: 1, sequence: 1 },
  }
}

async function keysOf(processor: Processor): Promise<string[]> {
  const keys: string[] = []
  for await (const { payKey } of processor.list(0)) keys.push(String(payKey))
  return keys
}

async function intentsOf(url: string): Promise<number> {
  const response = await fetch(`${url}/sandbox/state`)
  const { intents } = (await response.json()) as { intents: { total: number } }
  return intents.total
}

test('[SB10] killed between effect and answer: the same key is the same charge', async () => {
  using folder = openFolder()
  const first = await spawnSandbox(folder.file)
  const fault = JSON.stringify({ kind: 'timeout', effect: true, count: 1 })
  await fetch(`${first.url}/sandbox/faults`, { method: 'POST', body: fault })
  const lost = rejects(connect(first.url).authorize(requestOf('key-1')), { code: 'unavailable' })
  while ((await intentsOf(first.url)) === 0) await setImmediate()
  await first.kill()
  await lost
  await using second = await spawnSandbox(folder.file)
  const processor = connect(second.url)
  const found = await processor.lookup('key-1' as PayKey, 0)
  const again = await processor.authorize(requestOf('key-1'))
  equal(again.chargeId, found?.chargeId)
  deepEqual(await keysOf(processor), ['key-1'])
})

test('[SB10] killed under load at any moment: what was answered is there, once', async () => {
  using folder = openFolder()
  const answered = new Map<string, string>()
  const sent = new Set<string>()
  for (let round = 0; round < 4; round += 1) {
    const sandbox = await spawnSandbox(folder.file)
    const processor = connect(sandbox.url)
    const enough = Promise.withResolvers<void>()
    const target = answered.size + 20 + round * 17
    const buyers = Array.from({ length: 8 }, async (_, buyer) => {
      for (let index = 0; ; index += 1) {
        const key = `key-${round}-${buyer}-${index}`
        sent.add(key)
        const charge = await processor.authorize(requestOf(key))
        answered.set(key, charge.chargeId)
        if (answered.size >= target) enough.resolve()
      }
    })
    const ended = Promise.allSettled(buyers)
    await enough.promise
    await sandbox.kill()
    await ended
  }
  await using sandbox = await spawnSandbox(folder.file)
  const processor = connect(sandbox.url)
  for (const [key, chargeId] of answered) {
    equal((await processor.authorize(requestOf(key))).chargeId, chargeId)
  }
  await Promise.all([...sent].map((key) => processor.authorize(requestOf(key))))
  const keys = await keysOf(processor)
  deepEqual([keys.length, new Set(keys).size], [sent.size, sent.size])
})

test('[SB10] a clean stop keeps charges, faults and their dice', async () => {
  using folder = openFolder()
  const fault = JSON.stringify({ kind: 'decline', count: 2 })
  const states: string[] = []
  for (let run = 0; run < 3; run += 1) {
    await using host = await startSandbox({ port: 0, dataFile: folder.file })
    if (run === 0) await fetch(`${host.url}/sandbox/faults`, { method: 'POST', body: fault })
    states.push((await connect(host.url).authorize(requestOf(`key-${run}`))).state)
    equal(await intentsOf(host.url), run + 1)
  }
  deepEqual(states, ['declined', 'declined', 'captured'])
})

test('[SB12] a file in use, a busy port and a file of a newer version are refused', async () => {
  using folder = openFolder()
  {
    await using host = await startSandbox({ port: 0, dataFile: folder.file })
    await rejects(startSandbox({ port: 0, dataFile: folder.file }), /locked/)
    await rejects(startSandbox({ port: host.port }), { code: 'EADDRINUSE' })
  }
  const database = new DatabaseSync(folder.file)
  database.exec('pragma user_version = 99')
  database.close()
  await rejects(startSandbox({ port: 0, dataFile: folder.file }), /version 99/)
})
