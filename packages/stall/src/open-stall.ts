import {
  assert,
  checkpointNote,
  checkpointOrigin,
  createSealer,
  nextDueMs,
  notSelling,
  rememberProcess,
  runCommand,
  utf8ToBytes,
  type Checkpoint,
  type Demand,
  type EntryProof,
  type JournalEntry,
  type JournalHead,
  type Json,
  type Moment,
  type NotSelling,
  type OrderId,
  type Receipt,
  type SealedEntry,
  type Slip,
  type StallAnswer,
  type StallCommand,
  type StallEvent,
  type StallState,
  type TransferId,
} from '@nightmarket/kernel'
import type { StorageFault } from '@nightmarket/storage'

import { Recent } from './recent.ts'
import { replayJournal, type Replayed } from './replay.ts'
import { foreignWriter, toStorageFault } from './journal-fault.ts'
import { StallFault } from './stall-fault.ts'
import type { Stall, StallHost } from './stall.ts'
import { createWaiting, type Waiting, type Write } from './waiting.ts'

/** How long a stall whose journal could not be written waits before it reads it again. */
export const RECOVERY_MS_MIN = 500
/** The longest of these waits: they double while the journal cannot be written. */
export const RECOVERY_MS_MAX = 30_000

/** Read the journal and start selling from it. Throws `StallFault` when it cannot be trusted. */
export async function openStall(host: StallHost): Promise<Stall> {
  const replayed = await replayJournal(host.store, host.identity.certificate, host.digest)
  return new RunningStall(host, replayed)
}

/**
 * How many writes may be under way: one on the disk and one behind it, so that neither the disk nor
 * this thread waits for the other.
 */
const WRITES_MAX = 2

/**
 * Group commit around the kernel's decisions.
 *
 * Everything decided while a write is under way forms the next batch: one write, one signature,
 * however many sales. Memory runs ahead of the disk by at most that batch, and nobody is told.
 */
class RunningStall implements Stall {
  readonly #host: StallHost
  readonly #origin: string
  readonly #seal: (entry: JournalEntry) => SealedEntry
  #journal: Replayed
  /** Where the journal in memory ends. */
  #decided: JournalHead
  #durable: JournalHead
  #recent = new Recent()
  /** The last write whose checkpoint is signed by a promise; those behind it wait their turn. */
  #signing: Promise<unknown> | null = null
  /** Where the journal will end once every write under way is done. */
  #written: JournalHead
  #next: Waiting = createWaiting()
  /** Oldest first; the store takes them in this order, and refuses those behind a failed one. */
  #writing: Waiting[] = []
  #isDeferred = false
  #fault: StorageFault | StallFault | null = null
  #defect: Error | null = null
  /** Once told to stop, it stops: also after a fault in which that could not be written. [ST8] */
  #freeze: Extract<StallCommand, { readonly type: 'freeze' }> | null = null
  #recoveryMs = RECOVERY_MS_MIN
  #timer: { readonly atMs: number; readonly cancel: () => void } | null = null
  #cancelRecovery: (() => void) | null = null
  #recovering: Promise<void> = Promise.resolve()
  readonly #listeners = new Set<(head: JournalHead) => void>()

  constructor(host: StallHost, replayed: Replayed) {
    const { nodeId, epoch } = host.identity.certificate
    this.#host = host
    this.#origin = checkpointOrigin(nodeId, epoch)
    this.#seal = createSealer(host.digest)
    this.#journal = replayed
    this.#decided = replayed.head
    this.#durable = replayed.head
    this.#written = replayed.head
    this.#setTimer()
  }

  get state(): StallState {
    return this.#journal.state
  }

  get head(): JournalHead {
    return this.#durable
  }

  notSelling(): NotSelling | null {
    if (this.#fault !== null || this.#defect !== null) return 'storage'
    return notSelling(this.state, this.#host.now())
  }

  async run(command: StallCommand): Promise<StallAnswer> {
    if (this.#defect !== null) throw this.#defect
    if (command.type === 'freeze') this.#freeze = command
    if (this.#fault !== null) return this.#refuse(this.#fault, command)
    const { answer, sequence } = this.#decide(command)
    if (answer.status === 'rejected' || sequence <= this.#durable.sequence) return answer
    const waiting = this.#waitingFor(sequence)
    await waiting.durable.promise
    return answer
  }

  async read(after: number, limit: number): Promise<readonly SealedEntry[]> {
    const last = this.#durable.sequence
    const found = this.#recent.entriesAfter(after, last, limit)
    if (found !== null) return found
    return this.#host.store.read({ after, limit: Math.min(limit, last - after) })
  }

  checkpointAt(size: number): Checkpoint | Promise<Checkpoint> {
    assert(size >= 1 && size <= this.#durable.sequence, 'only durable entries are signed for')
    return this.#signCheckpoint(size)
  }

  async receipt(orderId: OrderId): Promise<Receipt | null> {
    const record = this.state.orders.get(orderId)
    if (record === undefined || record.sequence > this.#durable.sequence) return null
    return { format: 'nightmarket-receipt/1', ...(await this.#prove(record.sequence)) }
  }

  async slip(transferId: TransferId): Promise<Slip | null> {
    const record = this.state.handed.get(transferId)
    if (record === undefined || record.sequence > this.#durable.sequence) return null
    return { format: 'nightmarket-slip/1', ...(await this.#prove(record.sequence)) }
  }

  /** What makes a durable entry checkable by anybody. */
  async #prove(sequence: number): Promise<Omit<EntryProof<string>, 'format'>> {
    const entry = this.#recent.entry(sequence) ?? (await this.#readEntry(sequence))
    const checkpoint =
      this.#recent.checkpointCovering(sequence) ??
      (await this.#host.store.checkpointCovering(sequence))
    assert(checkpoint !== null, 'every durable entry is under a checkpoint')
    return {
      entry: entry.text,
      leafIndex: sequence - 1,
      path: this.#journal.tree.inclusionPath(sequence - 1, checkpoint.size),
      checkpoint,
      certificate: this.#host.identity.certificate,
    }
  }

  takeDemand(): readonly Demand[] {
    return Array.from(this.state.pools.values(), (pool) => {
      const { dropId, itemId, unsold, held, waiting, soldSinceReport: sold } = pool
      pool.soldSinceReport = 0
      return { dropId, itemId, unsold, held, waiting, sold }
    })
  }

  onDurable(listener: (head: JournalHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#timer?.cancel()
    this.#cancelRecovery?.()
    // Also in place of a fault that was to be waited out: nothing recovers from being closed.
    this.#fault = new StallFault('closed', 'The stall was closed.')
    await this.#recovering
    this.#write()
    for (;;) {
      const last = this.#writing.at(-1)
      if (last === undefined) break
      await last.durable.promise.catch(() => undefined)
    }
    this.#listeners.clear()
    await this.#host.store[Symbol.asyncDispose]()
  }

  /** Decide in memory and queue the facts; the sequence is the last one the answer rests on. */
  #decide(command: StallCommand): { readonly answer: StallAnswer; readonly sequence: number } {
    const moment = this.#host.now()
    try {
      const { events, answer } = runCommand(this.state, command, moment)
      for (const event of events) this.#append(event, moment)
      if (events.length > 0) this.#defer()
      return { answer, sequence: this.#decided.sequence }
    } catch (error) {
      this.#die(error)
      throw error
    }
  }

  #append(event: StallEvent, moment: Moment): void {
    const { nodeId, epoch } = this.#host.identity.certificate
    const sealed = this.#seal({
      atMs: moment.atMs,
      body: event.body as unknown as Json,
      epoch,
      monotonicMs: moment.monotonicMs,
      nodeId,
      previousHash: this.#decided.hash,
      sequence: this.#decided.sequence + 1,
      type: event.type,
    })
    this.#journal.tree.append(sealed.hash)
    this.#decided = { sequence: sealed.sequence, hash: sealed.hash }
    this.#next.entries.push(sealed)
  }

  #waitingFor(sequence: number): Waiting {
    for (const batch of this.#writing) {
      if (sequence <= (batch.entries.at(-1)?.sequence ?? 0)) return batch
    }
    return this.#next
  }

  #defer(): void {
    if (this.#isDeferred || this.#writing.length >= WRITES_MAX) return
    this.#isDeferred = true
    this.#host.defer(() => {
      this.#isDeferred = false
      if (this.#writing.length < WRITES_MAX) this.#write()
    })
  }

  /** Start the next write, if there is anything to write. */
  #write(): void {
    const batch = this.#next
    if (batch.entries.length === 0) return
    this.#next = createWaiting()
    this.#writing.push(batch)
    const expected = this.#written
    const head = this.#decided
    const checkpoint = this.#signCheckpoint(head.sequence)
    this.#written = head
    const write = { batch, expected, head }
    if (!(checkpoint instanceof Promise) && this.#signing === null) {
      return this.#store(write, checkpoint)
    }
    this.#storeSigned(write, checkpoint)
  }

  /** Signatures may come in any order; the store gets the writes in the order they began. */
  #storeSigned(write: Write, signed: Checkpoint | Promise<Checkpoint>): void {
    const turn = Promise.all([signed, this.#signing]).then(
      ([checkpoint]) => this.#store(write, checkpoint),
      (error: unknown) => this.#fail(write.batch, toStorageFault(error)),
    )
    this.#signing = turn
    void turn.then(() => {
      if (this.#signing === turn) this.#signing = null
    })
  }

  #store({ batch, expected, head }: Write, checkpoint: Checkpoint): void {
    // While it was being signed, a write before it may have failed and taken it back.
    if (!this.#writing.includes(batch)) return
    this.#host.store.append(expected, { entries: batch.entries, checkpoint }).then(
      (appended) => {
        if (appended.ok) this.#finish(batch, head, checkpoint)
        else this.#fail(batch, foreignWriter(appended.error.actual))
      },
      (error: unknown) => this.#fail(batch, toStorageFault(error)),
    )
  }

  #finish(batch: Waiting, head: JournalHead, checkpoint: Checkpoint): void {
    const oldest = this.#writing.shift()
    assert(oldest === batch, 'writes end in the order they began')
    this.#durable = head
    this.#recent.add(batch.entries, checkpoint)
    this.#recoveryMs = RECOVERY_MS_MIN
    this.#write()
    batch.durable.resolve()
    this.#setTimer()
    for (const listener of this.#listeners) listener(head)
  }

  #signCheckpoint(size: number): Checkpoint | Promise<Checkpoint> {
    const root = this.#journal.tree.root(size)
    const unsigned = { origin: this.#origin, size, root }
    const signature = this.#host.identity.sign(utf8ToBytes(checkpointNote(unsigned)))
    if (typeof signature === 'string') return { ...unsigned, signature }
    return signature.then((signed) => ({ ...unsigned, signature: signed }))
  }

  async #readEntry(sequence: number): Promise<SealedEntry> {
    const [entry] = await this.#host.store.read({ after: sequence - 1, limit: 1 })
    assert(entry !== undefined, 'a durable entry can be read')
    return entry
  }

  /**
   * [ST3] A failed write takes back everything decided on top of it: whoever waits is refused, the
   * memory that ran ahead is dropped, and the journal on disk is read again before anything sells.
   */
  #fail(batch: Waiting, fault: StorageFault | StallFault): void {
    // A write behind the failed one fails too; it was taken back with it.
    if (!this.#writing.includes(batch)) return
    const lost = [...this.#writing, this.#next]
    this.#writing = []
    this.#next = createWaiting()
    for (const { durable } of lost) durable.reject(fault)
    this.#suspend(fault)
  }

  /** Sell nothing until the journal could be read again. */
  #suspend(fault: StorageFault | StallFault): void {
    if (this.#isClosed()) return
    this.#fault = fault
    this.#timer?.cancel()
    this.#timer = null
    this.#cancelRecovery = this.#host.setTimer(this.#recoveryMs, () => {
      this.#recovering = this.#recover()
    })
    this.#recoveryMs = Math.min(2 * this.#recoveryMs, RECOVERY_MS_MAX)
  }

  #isClosed(): boolean {
    return this.#fault?.code === 'closed'
  }

  async #recover(): Promise<void> {
    const { store, identity, digest } = this.#host
    try {
      const replayed = await replayJournal(store, identity.certificate, digest)
      if (this.#isClosed()) return
      rememberProcess(replayed.state, this.state)
      this.#journal = replayed
      this.#decided = replayed.head
      this.#durable = replayed.head
      this.#written = replayed.head
      this.#recent = new Recent()
      this.#fault = null
      if (this.#freeze !== null) this.#decide(this.#freeze)
      this.#setTimer()
    } catch (error) {
      this.#suspend(toStorageFault(error))
    }
  }

  #refuse(fault: StorageFault | StallFault, command: StallCommand): StallAnswer {
    if (command.type === 'apply_feed' || fault.code === 'closed') throw fault
    return { status: 'rejected', rejection: { code: 'not_selling', reason: 'storage' } }
  }

  /** A defect leaves the memory half changed: nothing more is decided in this process. */
  #die(error: unknown): void {
    this.#defect =
      error instanceof Error ? error : new Error('The stall met a defect.', { cause: error })
    this.#timer?.cancel()
    this.#next.durable.reject(error)
    this.#host.onDefect?.(error)
  }

  /** [ST4] What ends by the clock ends at its moment, whether anybody asks or not. */
  #setTimer(): void {
    if (this.#fault !== null) return
    const atMs = nextDueMs(this.state) ?? Number.MAX_SAFE_INTEGER
    if (atMs === this.#timer?.atMs) return
    this.#timer?.cancel()
    const delayMs = Math.max(0, atMs - this.#host.now().atMs)
    const cancel = this.#host.setTimer(Math.min(delayMs, TIMER_MS_MAX), () => this.#tick())
    this.#timer = { atMs, cancel }
  }

  #tick(): void {
    this.#timer = null
    if (this.#fault !== null || this.#defect !== null) return
    this.run({ type: 'tick' }).then(
      () => this.#setTimer(),
      () => undefined,
    )
  }
}

/** The longest a timer sleeps: a wall clock that is set back has to be noticed soon. [L3] */
const TIMER_MS_MAX = 10_000
