import { deepEqual, equal, ok, rejects } from 'node:assert/strict'
import { test } from 'node:test'

import { JOURNAL_EMPTY } from '@nightmarket/kernel'
import type { JournalBatch } from '@nightmarket/storage'
import { journalStoreContract } from '@nightmarket/storage/contract'

import { createPrng } from '../prng.ts'
import { SimProcess } from '../time/sim-process.ts'
import { VirtualTime } from '../time/virtual-time.ts'
import { SimDisk } from './disk.ts'

/** Open a disk whose time goes by while `work` waits. */
async function onDisk(
  work: (disk: SimDisk, process: SimProcess, time: VirtualTime) => Promise<void>,
) {
  const time = new VirtualTime(0)
  const disk = new SimDisk(createPrng('disk'))
  let isOver = false
  const done = work(disk, new SimProcess(time), time).finally(() => (isOver = true))
  done.catch(() => undefined)
  while (!isOver) await time.runUntil(time.nowMs + 10)
  await done
}

for (const { rule, name, run } of journalStoreContract) {
  test(`[SM4] the disk keeps the contract of journals, ${rule}: ${name}`, () =>
    onDisk((disk, process) => run(disk.open(process))))
}

test('[SM4] a power cut keeps what was acknowledged, and a first part of the rest', () =>
  onDisk(async (disk, process, time) => {
    const store = disk.open(process)
    await store.append(JOURNAL_EMPTY, batchAt(1))
    void store.append(headAt(1), batchAt(2))
    void store.append(headAt(2), batchAt(3))
    await time.sleep(0)
    process.kill()
    const landed = disk.cutPower()
    equal(disk.entries.length, 1 + landed)
    deepEqual(
      disk.entries.map(({ sequence }) => sequence),
      [1, 2, 3].slice(0, 1 + landed),
    )
  }))

test('[SM4] a write that fails has written nothing, or all of it where it is told to', () =>
  onDisk(async (disk, process) => {
    const store = disk.open(process)
    disk.faults.push({ code: 'failed', skip: 0, count: 1, isWritten: false })
    await rejects(store.append(JOURNAL_EMPTY, batchAt(1)), { code: 'failed' })
    equal(disk.entries.length, 0)
    disk.faults.push({ code: 'failed', skip: 0, count: 1, isWritten: true })
    await rejects(store.append(JOURNAL_EMPTY, batchAt(1)), { code: 'failed' })
    equal(disk.entries.length, 1)
    disk.isFull = true
    await rejects(store.append(headAt(1), batchAt(2)), { code: 'disk_full' })
    disk.isFull = false
    ok((await store.append(headAt(1), batchAt(2))).ok)
  }))

function headAt(sequence: number) {
  return { sequence, hash: String(sequence).padStart(64, '0') }
}

function batchAt(sequence: number): JournalBatch {
  const { hash } = headAt(sequence)
  const checkpoint = { origin: 'nightmarket/n/1', size: sequence, root: hash, signature: '' }
  return { entries: [{ ...headAt(sequence), text: '{"n":1}' }], checkpoint }
}
