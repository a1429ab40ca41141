import {
  err,
  JOURNAL_EMPTY,
  ok,
  type Checkpoint,
  type JournalHead,
  type Result,
  type SealedEntry,
} from '@nightmarket/kernel'
import {
  assertContinues,
  isSameHead,
  StorageFault,
  type HeadMoved,
  type JournalBatch,
  type JournalStore,
} from '@nightmarket/storage'

import type { Prng } from '../prng.ts'
import type { SimProcess } from '../time/sim-process.ts'

/** What becomes of the next writes. */
export interface WriteFault {
  readonly code: StorageFault['code']
  /** Writes that go well before the first that does not. */
  skip: number
  count: number
  /** Whether the entries are on the disk although the write failed. */
  readonly isWritten: boolean
}

interface Write {
  readonly expected: JournalHead
  readonly batch: JournalBatch
  readonly resolve: (result: Result<JournalHead, HeadMoved>) => void
  readonly reject: (fault: StorageFault) => void
}

/** A copy of a disk's content. */
export interface DiskImage {
  readonly entries: readonly SealedEntry[]
  readonly checkpoints: readonly Checkpoint[]
}

/**
 * A device's disk with one journal on it. What a write brought is durable when it ends, as with
 * `synchronous=FULL`; of the writes under way when the power goes, the first few may have landed.
 */
export class SimDisk {
  entries: SealedEntry[] = []
  checkpoints: Checkpoint[] = []
  /** Every write fails as long as the disk is full. */
  isFull = false
  /** Nothing can be read either. */
  isUnreadable = false
  faults: WriteFault[] = []
  writeMs: readonly [number, number] = [1, 6]
  /** How long a page of the journal takes to read. */
  readMs = 0
  /** Sees every entry that became durable, acknowledged or not. */
  onLanded: (entries: readonly SealedEntry[]) => void = () => undefined
  readonly #prng: Prng
  #queue: Write[] = []
  #isBusy = false
  /** Settles with the last write that was asked for. */
  #written: Promise<unknown> = Promise.resolve()

  constructor(prng: Prng) {
    this.#prng = prng
  }

  get head(): JournalHead {
    const last = this.entries.at(-1)
    return last === undefined ? JOURNAL_EMPTY : { sequence: last.sequence, hash: last.hash }
  }

  get isWriting(): boolean {
    return this.#queue.length > 0
  }

  image(): DiskImage {
    return { entries: [...this.entries], checkpoints: [...this.checkpoints] }
  }

  restore({ entries, checkpoints }: DiskImage): void {
    this.entries = [...entries]
    this.checkpoints = [...checkpoints]
  }

  wipe(): void {
    this.restore({ entries: [], checkpoints: [] })
    this.isFull = false
    this.isUnreadable = false
    this.faults = []
  }

  /** The power goes: of what was being written, a first part may be there. How many landed. */
  cutPower(): number {
    const queue = this.#queue
    this.#queue = []
    this.#isBusy = false
    const landed = queue.length === 0 ? 0 : this.#prng.below(queue.length + 1)
    for (const write of queue.slice(0, landed)) this.#land(write)
    return landed
  }

  /** A bit turns over in an entry, unnoticed. Which one, or `null` when there is none. */
  flipBit(): number | null {
    if (this.entries.length === 0) return null
    const place = this.#prng.below(this.entries.length)
    const entry = this.entries[place]
    if (entry === undefined) return null
    const at = this.#prng.below(entry.text.length)
    const flipped = String.fromCharCode(entry.text.charCodeAt(at) ^ 1)
    const text = entry.text.slice(0, at) + flipped + entry.text.slice(at + 1)
    this.entries[place] = { ...entry, text }
    return entry.sequence
  }

  /** The last entries are gone, or only half there, under a checkpoint that knows better. */
  tearTail(gone: number): boolean {
    const last = this.entries.at(-1)
    if (last === undefined) return false
    if (gone > 0) {
      this.entries = this.entries.slice(0, -gone)
      return true
    }
    this.entries[this.entries.length - 1] = {
      ...last,
      text: last.text.slice(0, last.text.length / 2),
    }
    return true
  }

  /** Open the journal for one process. */
  open(process: SimProcess): JournalStore {
    const read = async <T>(work: () => T): Promise<T> => {
      if (this.readMs > 0) await process.sleep(this.readMs)
      if (this.isUnreadable) throw new StorageFault('failed', 'the disk cannot be read')
      return work()
    }
    return {
      head: async () => {
        await this.#written
        return read(() => this.head)
      },
      append: (expected, batch) => this.#append(process, expected, batch),
      read: ({ after, limit }) => read(() => this.entries.slice(after, after + limit)),
      checkpointCovering: (sequence) =>
        read(() => this.checkpoints.find(({ size }) => size >= sequence) ?? null),
      latestCheckpoint: () => read(() => this.checkpoints.at(-1) ?? null),
      async [Symbol.asyncDispose]() {},
    }
  }

  async #append(
    process: SimProcess,
    expected: JournalHead,
    batch: JournalBatch,
  ): Promise<Result<JournalHead, HeadMoved>> {
    assertContinues(expected, batch)
    const { promise, resolve, reject } = Promise.withResolvers<Result<JournalHead, HeadMoved>>()
    this.#queue.push({ expected, batch, resolve, reject })
    this.#written = promise.catch(() => undefined)
    if (!this.#isBusy) this.#writeNext(process)
    return promise
  }

  #writeNext(process: SimProcess): void {
    const [write] = this.#queue
    this.#isBusy = write !== undefined
    if (write === undefined) return
    process.after(this.#prng.between(...this.writeMs), () => {
      if (this.#queue[0] !== write) return
      this.#queue.shift()
      this.#finish(write)
      this.#writeNext(process)
    })
  }

  #finish(write: Write): void {
    const fault = this.#nextFault()
    if (fault === null) return write.resolve(this.#land(write))
    if (fault.isWritten) this.#land(write)
    write.reject(new StorageFault(fault.code, `the disk says ${fault.code}`))
  }

  #nextFault(): { readonly code: StorageFault['code']; readonly isWritten: boolean } | null {
    if (this.isFull) return { code: 'disk_full', isWritten: false }
    const [fault] = this.faults
    if (fault === undefined) return null
    if (fault.skip > 0) {
      fault.skip -= 1
      return null
    }
    fault.count -= 1
    if (fault.count <= 0) this.faults.shift()
    return fault
  }

  #land({ expected, batch }: Write): Result<JournalHead, HeadMoved> {
    const actual = this.head
    if (!isSameHead(actual, expected)) return err({ code: 'head_moved', actual })
    this.entries.push(...batch.entries)
    this.checkpoints.push(batch.checkpoint)
    this.onLanded(batch.entries)
    return ok(this.head)
  }
}
