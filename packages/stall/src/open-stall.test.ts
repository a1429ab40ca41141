import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, test } from 'node:test'

import {
  MerkleTree,
  verifyConsistency,
  verifyReceipt,
  type HoldId,
  type OrderId,
  type Receipt,
} from '@nightmarket/kernel'
import {
  createMemoryJournalStore,
  StorageFault,
  type JournalBatch,
  type JournalStore,
} from '@nightmarket/storage'
import { openSqliteJournal } from '@nightmarket/storage/sqlite'

import { openStall } from './open-stall.ts'
import { StallFault } from './stall-fault.ts'
import {
  buyMug,
  createManualHost,
  createTestMarket,
  digest,
  holdMug,
  openEvening,
  verifySignature,
} from './testing/index.ts'

describe('group commit', () => {
  test('[ST1] no answer is given before its facts are durable, nor to a repeat', async () => {
    const disk = createSlowDisk()
    const { stall } = await openOn(disk.store)
    disk.close()
    const first = note(stall.run(buyMug('o1')))
    const repeated = note(stall.run(buyMug('o1')))
    await settle()
    deepEqual([first.status, repeated.status], ['pending', 'pending'])
    disk.open()
    deepEqual([await first.done, await repeated.done], ['accepted', 'accepted'])
  })

  test('[ST2] what is decided while a write is under way is one batch', async () => {
    const disk = createSlowDisk()
    const { stall } = await openOn(disk.store)
    disk.batches.length = 0
    disk.close()
    const answers = [stall.run(buyMug('o1'))]
    await settle()
    for (let number = 2; number <= 9; number++) answers.push(stall.run(buyMug(`o${number}`)))
    disk.open()
    await Promise.all(answers)
    deepEqual(disk.batches.map(({ entries }) => entries.length), [1, 8])
  })

  test('[I13] every checkpoint signed is consistent with the ones before it', async () => {
    const disk = createSlowDisk()
    const { stall } = await openOn(disk.store)
    for (let number = 1; number <= 7; number++) await stall.run(buyMug(`o${number}`))
    const tree = new MerkleTree(digest)
    for (const { hash } of await stall.read(0, 100)) tree.append(hash)
    const checkpoints = disk.batches.map(({ checkpoint }) => checkpoint)
    ok(checkpoints.length > 5)
    for (const [index, newer] of checkpoints.entries()) {
      const older = checkpoints[index - 1]
      if (older === undefined) continue
      const path = tree.consistencyPath(older.size, newer.size)
      const proof = { oldSize: older.size, oldRoot: older.root, path }
      equal(verifyConsistency({ ...proof, newSize: newer.size, newRoot: newer.root }, digest), true)
    }
  })
})

describe('a disk that fails', () => {
  test('[ST3] whoever waits is refused, nothing sells, then the disk is read again', async () => {
    const disk = createSlowDisk()
    const { stall, host } = await openOn(disk.store)
    await stall.run(buyMug('o1'))
    disk.fail(new StorageFault('disk_full', 'no room for the journal'))
    const lost = [stall.run(buyMug('o2')), stall.run(buyMug('o3'))]
    for (const answer of lost) await rejects(answer, { code: 'disk_full' })
    equal(stall.notSelling(), 'storage')
    const refused = await stall.run(buyMug('o4'))
    equal(refused.status === 'rejected' && refused.rejection.code, 'not_selling')
    disk.fail(null)
    host.pass(500)
    await settle()
    equal(stall.notSelling(), null)
    equal(stall.state.orders.size, 1, 'what was never durable was never sold')
    equal((await stall.run(buyMug('o2'))).status, 'accepted')
  })

  test('[ST3] a disk that stays full is asked again, less and less often', async () => {
    const disk = createSlowDisk()
    const { stall, host } = await openOn(disk.store)
    disk.fail(new StorageFault('disk_full', 'no room for the journal'))
    await rejects(stall.run(buyMug('o1')), { code: 'disk_full' })
    host.pass(500)
    await settle()
    await rejects(stall.run(buyMug('o1')), { code: 'disk_full' })
    host.pass(500)
    await settle()
    equal(stall.notSelling(), 'storage')
    host.pass(500)
    await settle()
    equal(stall.notSelling(), null)
  })

  test('[ST8] who is told to stop while the disk fails stops before it sells again', async () => {
    const disk = createSlowDisk()
    const { stall, host } = await openOn(disk.store)
    disk.fail(new StorageFault('failed', 'the disk hiccups'))
    await rejects(stall.run(buyMug('o1')), { code: 'failed' })
    await stall.run({ type: 'freeze', reason: 'quarantined' })
    disk.fail(null)
    host.pass(500)
    await settle()
    equal(stall.notSelling(), 'quarantined')
    equal((await stall.run(buyMug('o1'))).status, 'rejected')
    equal(stall.state.frozen, 'quarantined')
  })

  test('[L3] a lease ends by the monotonic clock, also after a recovery', async () => {
    const disk = createSlowDisk()
    const { stall, host } = await openOn(disk.store)
    const [before] = stall.state.leases.values()
    disk.fail(new StorageFault('failed', 'the disk hiccups'))
    await rejects(stall.run(buyMug('o1')), { code: 'failed' })
    disk.fail(null)
    host.pass(500)
    await settle()
    const [after] = stall.state.leases.values()
    ok(after !== undefined && after !== before, 'the state was folded anew')
    equal(after.receivedMonotonicMs, 0)
  })

  test('[ST5] a damaged journal does not open, and the position is named', async () => {
    const market = createTestMarket()
    const store = createMemoryJournalStore()
    const stall = await openStall(createManualHost(store, market))
    await openEvening(stall, 5)
    await stall.run(buyMug('o1'))
    const bent: JournalStore = {
      ...store,
      async read(range) {
        const page = await store.read(range)
        return page.map((entry) =>
          entry.sequence === 3 ? { ...entry, text: entry.text.replace('1250', '1') } : entry,
        )
      },
    }
    await rejects(openStall(createManualHost(bent, market)), (error) => {
      ok(error instanceof StallFault)
      ok(error.message.includes('entry 3 of the journal of edge-1'))
      return error.code === 'journal_corrupt'
    })
  })

  test('[ST5] a journal that lost its tail under a checkpoint does not open', async () => {
    const market = createTestMarket()
    const store = createMemoryJournalStore()
    await openEvening(await openStall(createManualHost(store, market)), 5)
    const cut: JournalStore = {
      ...store,
      read: async ({ after, limit }) => store.read({ after, limit: Math.min(limit, 1 - after) }),
    }
    await rejects(openStall(createManualHost(cut, market)), { code: 'journal_corrupt' })
  })

  test('[ST5] a journal of another epoch does not open', async () => {
    const market = createTestMarket()
    const store = createMemoryJournalStore()
    await openEvening(await openStall(createManualHost(store, market)), 5)
    const other = { ...market, certificate: { ...market.certificate, epoch: 2 } }
    await rejects(openStall(createManualHost(store, other)), { code: 'journal_foreign' })
  })
})

describe('time', () => {
  test('[ST4] a hold ends at its moment without anybody asking', async () => {
    const { stall, host } = await openOn(createMemoryJournalStore(), 1)
    await stall.run(holdMug('h1'))
    equal((await stall.run(buyMug('o1', 'bea'))).status, 'waiting')
    host.pass(120_000)
    await settle()
    equal(stall.state.holds.get('h1' as HoldId)?.end, 'expired')
    equal((await stall.run(buyMug('o1', 'bea'))).status, 'held')
  })
})

describe('receipts', () => {
  test('[ST6] every receipt verifies offline, after the sale and after a restart', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stall-'))
    const path = join(folder, 'journal.db')
    const market = createTestMarket()
    const orders = Array.from({ length: 20 }, (_, index) => `o${index}`)
    const stall = await openStall(createManualHost(await openSqliteJournal(path), market))
    await openEvening(stall, 50)
    await Promise.all(orders.slice(0, 10).map((orderId) => stall.run(buyMug(orderId))))
    for (const orderId of orders.slice(10)) await stall.run(buyMug(orderId))
    for (const orderId of orders) {
      checkReceipt(await stall.receipt(orderId as OrderId), orderId, market.publicKey)
    }
    await stall[Symbol.asyncDispose]()
    const again = await openStall(createManualHost(await openSqliteJournal(path), market))
    for (const orderId of orders) {
      checkReceipt(await again.receipt(orderId as OrderId), orderId, market.publicKey)
    }
    equal(await again.receipt('never' as OrderId), null)
    await again[Symbol.asyncDispose]()
    await rm(folder, { recursive: true })
  })
})

describe('closing', () => {
  test('[ST7] what was decided is written, and later commands are refused', async () => {
    const market = createTestMarket()
    const store = createMemoryJournalStore()
    const stall = await openStall(createManualHost(store, market))
    await openEvening(stall, 5)
    const answer = stall.run(buyMug('o1'))
    await stall[Symbol.asyncDispose]()
    equal((await answer).status, 'accepted')
    await rejects(stall.run(buyMug('o2')), { code: 'closed' })
  })

  test('[ST7] a stall that is closed during a fault stays closed, and arms no timer', async () => {
    const disk = createSlowDisk()
    const { stall, host } = await openOn(disk.store)
    disk.fail(new StorageFault('disk_full', 'no room for the journal'))
    await rejects(stall.run(buyMug('o1')), { code: 'disk_full' })
    await stall[Symbol.asyncDispose]()
    await rejects(stall.run(buyMug('o2')), { code: 'closed' })
    host.pass(60_000)
    await settle()
    equal(host.timers(), 0)
  })

  test('[ST7] closing waits for a journal that is being read', async () => {
    const disk = createSlowDisk()
    const steps: string[] = []
    let held = Promise.resolve()
    const store: JournalStore = {
      ...disk.store,
      async read(range) {
        await held
        steps.push('read')
        return disk.store.read(range)
      },
      async [Symbol.asyncDispose]() {
        steps.push('closed')
      },
    }
    const { stall, host } = await openOn(store)
    disk.fail(new StorageFault('disk_full', 'no room for the journal'))
    await rejects(stall.run(buyMug('o1')), { code: 'disk_full' })
    disk.fail(null)
    const release = Promise.withResolvers<void>()
    held = release.promise
    steps.length = 0
    host.pass(500)
    await settle()
    const closing = stall[Symbol.asyncDispose]()
    await settle()
    deepEqual(steps, [])
    release.resolve()
    await closing
    deepEqual([steps[0], steps.at(-1)], ['read', 'closed'])
    equal(stall.notSelling(), 'storage')
    await rejects(stall.run(buyMug('o2')), { code: 'closed' })
    equal(host.timers(), 0)
  })

  test('[I10] what was acknowledged is there when the stall opens again', async () => {
    const market = createTestMarket()
    const store = createMemoryJournalStore()
    const stall = await openStall(createManualHost(store, market))
    await openEvening(stall, 5)
    await stall.run(buyMug('o1'))
    const again = await openStall(createManualHost(store, market))
    deepEqual([...again.state.orders.keys()], ['o1'])
    deepEqual(again.head, stall.head)
    equal((await again.run(buyMug('o1'))).status, 'accepted')
    equal(again.state.orders.size, 1)
  })
})

async function openOn(store: JournalStore, units = 50) {
  const host = createManualHost(store, createTestMarket())
  const stall = await openStall(host)
  await openEvening(stall, units)
  return { stall, host }
}

function checkReceipt(receipt: Receipt | null, orderId: string, publicKey: string): void {
  const verified = verifyReceipt(JSON.parse(JSON.stringify(receipt)), publicKey, {
    digest,
    verify: verifySignature,
  })
  ok(verified.ok, JSON.stringify(verified))
  equal(verified.value.order.orderId, orderId)
}

/** A disk that can be made to wait and to fail: the outside world, under the real store. */
function createSlowDisk() {
  const store = createMemoryJournalStore()
  const batches: JournalBatch[] = []
  let gate = Promise.resolve()
  let release: () => void = () => undefined
  let fault: StorageFault | null = null
  return {
    batches,
    store: {
      ...store,
      async append(expected, batch) {
        await gate
        if (fault !== null) throw fault
        batches.push(batch)
        return store.append(expected, batch)
      },
    } satisfies JournalStore,
    close() {
      gate = new Promise((resolve) => (release = resolve))
    },
    open() {
      release()
    },
    fail(next: StorageFault | null) {
      fault = next
    },
  }
}

function note(answer: Promise<{ readonly status: string }>) {
  const noted = { status: 'pending', done: answer.then(({ status }) => status) }
  noted.done.then(
    (status) => (noted.status = status),
    () => undefined,
  )
  return noted
}

/** Let everything that can happen now happen. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setImmediate(resolve))
}

