import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign } from 'node:crypto'
import { test } from 'node:test'

import { utf8ToBytes, verifyReceipt, type OrderId } from '@nightmarket/kernel'
import { createMemoryJournalStore, StorageFault, type JournalBatch } from '@nightmarket/storage'

import { sha256 } from './browser/sha256.ts'
import { verifySignature as verifyInBrowser } from './browser/verify-signature.ts'
import { openStall } from './open-stall.ts'
import {
  buyMug,
  createManualHost,
  createTestMarket,
  digest,
  openEvening,
  verifySignature,
} from './testing/index.ts'

/** A key whose signatures a test gives out one by one, in any order. */
function createSlowKey(market: ReturnType<typeof createTestMarket>) {
  const asked: PromiseWithResolvers<void>[] = []
  let isSlow = false
  return {
    asked,
    slow: () => (isSlow = true),
    quick: () => (isSlow = false),
    sign: async (message: Uint8Array): Promise<string> => {
      if (isSlow) {
        const turn = Promise.withResolvers<void>()
        asked.push(turn)
        await turn.promise
      }
      return market.sign(message)
    },
  }
}

async function openSlow() {
  const market = createTestMarket()
  const key = createSlowKey(market)
  const memory = createMemoryJournalStore()
  const batches: JournalBatch[] = []
  const store: typeof memory = {
    ...memory,
    append(expected, batch) {
      batches.push(batch)
      return memory.append(expected, batch)
    },
  }
  const identity = { certificate: market.certificate, sign: key.sign }
  const host = { ...createManualHost(store, market), identity }
  const stall = await openStall(host)
  await openEvening(stall, 100)
  return { market, key, stall, host, batches }
}

/** Let everything that can go on go on: a turn of the event loop for each link of the chain. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 10; turn++) await new Promise((resolve) => setImmediate(resolve))
}

test('[ST10] signatures in the wrong order do not change the order of writes', async () => {
  const { key, stall, batches, market } = await openSlow()
  key.slow()
  const before = batches.length
  const first = stall.run(buyMug('o1'))
  await settle()
  const second = stall.run(buyMug('o2'))
  await settle()
  equal(key.asked.length, 2)
  key.asked[1]?.resolve()
  await settle()
  equal(batches.length, before)
  key.asked[0]?.resolve()
  const answers = await Promise.all([first, second])
  deepEqual(
    answers.map(({ status }) => status),
    ['accepted', 'accepted'],
  )
  const written = batches.slice(before).flatMap(({ entries }) => entries)
  deepEqual(
    written.map(({ sequence }) => sequence),
    [3, 4],
  )
  key.quick()
  const receipt = await stall.receipt('o2' as OrderId)
  const check = { digest, verify: verifySignature }
  ok(verifyReceipt(receipt, market.publicKey, check).ok)
  const inBrowser = { digest: sha256, verify: verifyInBrowser }
  ok(verifyReceipt(receipt, market.publicKey, inBrowser).ok)
})

test('[ST10] a signature that fails takes back what rests on it; the stall recovers', async () => {
  const { key, stall, host } = await openSlow()
  key.slow()
  const first = stall.run(buyMug('o1')).catch((error: unknown) => error)
  await settle()
  const second = stall.run(buyMug('o2')).catch((error: unknown) => error)
  await settle()
  key.asked[1]?.resolve()
  key.asked[0]?.reject(new Error('the key store is gone'))
  ok((await first) instanceof StorageFault)
  ok((await second) instanceof StorageFault)
  equal(stall.notSelling(), 'storage')
  key.quick()
  host.pass(500)
  await settle()
  equal(stall.notSelling(), null)
  equal((await stall.run(buyMug('o3'))).status, 'accepted')
  equal(stall.head.sequence, 3)
})

test('[ST10] what a browser hashes and checks with agrees with the server', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const raw = publicKey.export({ format: 'jwk' }).x ?? ''
  const key = Buffer.from(raw, 'base64url').toString('base64')
  for (const text of ['', 'a', 'x'.repeat(1_000), 'ü€\u{1f600}']) {
    const message = utf8ToBytes(text)
    deepEqual(Buffer.from(sha256(message)), createHash('sha256').update(message).digest())
    const signature = sign(null, message, privateKey).toString('base64')
    equal(verifyInBrowser(key, message, signature), true)
    equal(verifyInBrowser(key, utf8ToBytes(`${text}.`), signature), false)
    equal(verifyInBrowser('AAAA', message, signature), false)
    equal(verifyInBrowser(key, message, 'AAAA'), false)
  }
})
