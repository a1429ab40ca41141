import { equal } from 'node:assert/strict'
import { test } from 'node:test'

import { createMemoryJournalStore, StorageFault, type JournalStore } from '@nightmarket/storage'

import { askForToken, openEveningEdge, orderOf } from './testing/evening-edge.ts'

test('[ED4] nothing is told of an order before it is on disk', async () => {
  const disk = createHeldDisk()
  await using evening = await openEveningEdge({ units: 1, store: disk.store })
  const token = await askForToken(evening)
  disk.hold()
  const buying = evening.post('/v1/orders', orderOf('o1', token))
  await disk.asked()
  let isTold = false
  const asking = (async () => {
    const response = await evening.request('/v1/orders/o1')
    isTold = true
    return response
  })()
  await new Promise((resolve) => setImmediate(resolve))
  evening.host.pass(200)
  await new Promise((resolve) => setImmediate(resolve))
  equal(isTold, false)
  disk.release()
  equal((await buying).status, 201)
  evening.host.pass(10)
  equal((await asking).status, 200)
})

test('[ED4] a disk that fails is said, and nobody is told of a sale', async () => {
  const disk = createHeldDisk()
  await using evening = await openEveningEdge({ units: 1, store: disk.store })
  const token = await askForToken(evening)
  disk.hold()
  const buying = evening.post('/v1/orders', orderOf('o1', token))
  await disk.asked()
  const asking = evening.request('/v1/orders/o1')
  await new Promise((resolve) => setImmediate(resolve))
  disk.fail()
  equal((await buying).status, 503)
  evening.host.pass(200)
  equal((await asking).status, 503)
  equal((await evening.request('/readyz')).status, 503)
})

/** A real store whose writes a test can hold back, let through, or fail. */
function createHeldDisk() {
  const memory = createMemoryJournalStore()
  let gate: PromiseWithResolvers<void> | null = null
  let asked = Promise.withResolvers<void>()
  const store: JournalStore = {
    head: () => memory.head(),
    read: (range) => memory.read(range),
    checkpointCovering: (sequence) => memory.checkpointCovering(sequence),
    latestCheckpoint: () => memory.latestCheckpoint(),
    async append(expected, batch) {
      asked.resolve()
      await gate?.promise
      return memory.append(expected, batch)
    },
    [Symbol.asyncDispose]: () => memory[Symbol.asyncDispose](),
  }
  return {
    store,
    hold() {
      gate = Promise.withResolvers()
      asked = Promise.withResolvers()
    },
    asked: () => asked.promise,
    release() {
      gate?.resolve()
    },
    fail() {
      gate?.reject(new StorageFault('disk_full', 'No room is left.'))
    },
  }
}
