import {
  awaitFeed,
  BooksFault,
  createPaymentRunner,
  createReconciler,
  openBooks,
  queryOverdueLeases,
  receiveExchange,
  receiveNotice,
  shareStock,
  type BooksDatabase,
  type Core,
  type PaymentRunner,
  type Reconciler,
} from '@nightmarket/core'
import { AssertionError, type NodeId } from '@nightmarket/kernel'
import { NoticeRefused, ProcessorFault, VAULT_NONE } from '@nightmarket/payments'
import type { ExchangeRequest } from '@nightmarket/sync'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import { SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { openBooksGate, type BooksFates } from './books-gate.ts'
import { sha256 } from './digest.ts'
import { createSimBell } from './feed-bell.ts'
import type { ProcessorLine } from './processor-line.ts'
import type { SimKey, SimSignatures } from './signatures.ts'

/** How a core works through the hours of a universe. Milliseconds. */
export interface CoreRhythm {
  readonly pollMs: number
  readonly shareMs: number
  readonly queryMs: number
  readonly reconcileMs: number
  readonly feedWaitMs: number
  readonly unknownMs: number
}

/** What a core is made of. */
export interface SimCoreParts {
  readonly time: VirtualTime
  readonly prng: Prng
  readonly chronicle: Chronicle
  readonly signatures: SimSignatures
  readonly line: ProcessorLine
  readonly rhythm: CoreRhythm
  /** How many processes of the core work on the books at once. */
  readonly cores: 1 | 2
  /** Puts a mutant in the place of what production would be. */
  readonly alter: (core: Core) => Core
}

interface Running {
  readonly process: SimProcess
  readonly core: Core
  readonly runner: PaymentRunner
  readonly reconciler: Reconciler
  readonly second: Second | null
}

/** Another process of the core over the same books: it takes messages, and does what is due. */
interface Second {
  readonly process: SimProcess
  readonly core: Core
  readonly wake: () => void
}

/** How soon a core that could not start is started again. */
const START_AGAIN_MS = 5_000

/** The core as a process that dies and starts again over the same books. */
export class SimCore {
  readonly books: BooksDatabase
  readonly fates: BooksFates = { next: null, delayMs: 0 }
  readonly key: SimKey
  readonly #parts: SimCoreParts
  #running: Running | null = null
  #ids = 0

  private constructor(parts: SimCoreParts, books: BooksDatabase) {
    this.#parts = parts
    this.books = books
    this.key = parts.signatures.createKey('market')
    parts.line.onNotice = (body, signature) => this.#takeNotice(body, signature)
  }

  static async open(parts: SimCoreParts): Promise<SimCore> {
    return new SimCore(parts, await openBooks({ path: ':memory:' }))
  }

  /** The core that runs now; `null` while it is down. */
  get core(): Core | null {
    return this.#running?.core ?? null
  }

  get process(): SimProcess | null {
    return this.#running?.process ?? null
  }

  /** The books past every fault: for the eyes of the invariants only. */
  get observer(): Core {
    return this.#createCore(new SimProcess(this.#parts.time), this.books)
  }

  start(): void {
    if (this.#running !== null) return
    const { time, chronicle, rhythm, alter, cores } = this.#parts
    const process = new SimProcess(time)
    const core = alter(this.#createCore(process, this.#openGate(process)))
    const onError = (error: unknown) => this.#failed(error)
    const { pollMs, unknownMs } = rhythm
    const runner = createPaymentRunner(core, { pollMs, terms: { unknownMs }, onError })
    const reconciler = createReconciler(core, { everyMs: rhythm.reconcileMs, onError })
    const second = cores === 2 ? this.#openSecond(core) : null
    this.#running = { process, core, runner, reconciler, second }
    runner.start().catch((error: unknown) => {
      onError(error)
      // A core that cannot start its work ends, and whoever watches over it starts it again.
      if (this.#running?.runner === runner) this.crash()
      time.after(START_AGAIN_MS, () => this.start())
    })
    this.#repeat(process, rhythm.shareMs, () => shareStock(core))
    this.#repeat(process, rhythm.queryMs, () => queryOverdueLeases(core))
    chronicle.say('core', 'starts')
  }

  /** Everything in memory is gone at once; the books stay as they are. */
  crash(): void {
    const running = this.#running
    if (running === null) return
    this.#running = null
    running.process.kill()
    running.second?.process.kill()
    // Their timers are the process's own; what they wait for never comes.
    void running.runner.stop()
    void running.reconciler[Symbol.asyncDispose]()
    this.#parts.chronicle.say('core', 'crashes')
    this.#parts.chronicle.mark('core crashed')
  }

  /** One request of a child; `null` when no answer will come. */
  async exchange(text: string): Promise<string | null> {
    const running = this.#running
    if (running === null) return null
    try {
      const request = JSON.parse(text) as ExchangeRequest
      const { second } = running
      const isForSecond = second !== null && this.#parts.prng.chance(0.5)
      const response = await receiveExchange(isForSecond ? second.core : running.core, request)
      if (request.entries.length > 0) {
        running.runner.wake()
        second?.wake()
      }
      return JSON.stringify(response)
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  async awaitFeed(nodeId: NodeId, after: number): Promise<number | null> {
    const running = this.#running
    if (running === null) return null
    const timeoutMs = this.#parts.rhythm.feedWaitMs
    try {
      return await awaitFeed(running.core, { nodeId, after, timeoutMs })
    } catch (error) {
      this.#failed(error)
      return null
    }
  }

  /** It hears of what the first has told, as two processes on PostgreSQL hear of each other. */
  #openSecond(first: Core): Second {
    const { time, prng, chronicle, rhythm, alter } = this.#parts
    const { pollMs, unknownMs } = rhythm
    const process = new SimProcess(time)
    const books = this.#openGate(process)
    const core = alter({ ...this.#createCore(process, books), bell: first.bell })
    const onError = (error: unknown) => this.#failed(error)
    const runner = createPaymentRunner(core, { pollMs, terms: { unknownMs }, onError })
    const pass = this.#repeat(process, pollMs, () => runner.runDue())
    this.#repeat(process, rhythm.shareMs, () => shareStock(core))
    this.#repeat(process, rhythm.queryMs, () => queryOverdueLeases(core))
    chronicle.mark('core has two processes')
    return { process, core, wake: () => void process.after(prng.below(10), pass) }
  }

  #openGate(process: SimProcess): BooksDatabase {
    const { prng, chronicle } = this.#parts
    const onCrash = () => this.crash()
    return openBooksGate(this.books, { process, fates: this.fates, prng, chronicle, onCrash })
  }

  #createCore(process: SimProcess, books: BooksDatabase): Core {
    const { time, prng, signatures, line } = this.#parts
    return {
      books,
      nowMs: () => time.nowMs,
      newId: () => `id-${++this.#ids}`,
      randomBytes: (count) => Uint8Array.from({ length: count }, () => prng.below(256)),
      digest: sha256,
      marketKey: this.key,
      verify: signatures.verify,
      processor: line.connect(process),
      vault: VAULT_NONE,
      bell: createSimBell(process),
    }
  }

  async #takeNotice(body: string, signature: string): Promise<boolean> {
    const core = this.core
    if (core === null) return false
    try {
      const end = await receiveNotice(core, body, signature)
      this.#parts.chronicle.mark(`notice ${end}`)
      return true
    } catch (error) {
      if (error instanceof NoticeRefused) return true
      if (!(error instanceof ProcessorFault)) this.#failed(error)
      return false
    }
  }

  /** Do something every so often, never twice at once; what is returned does it now. */
  #repeat(process: SimProcess, everyMs: number, work: () => Promise<unknown>): () => void {
    let isRunning = false
    const act = () => {
      if (isRunning) return
      isRunning = true
      work()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => (isRunning = false))
    }
    const turn = () => {
      process.after(everyMs, turn)
      act()
    }
    process.after(everyMs, turn)
    return act
  }

  /** A fault of the world is somebody's to repeat; anything else is a defect of the core. */
  #failed(error: unknown): void {
    const { chronicle } = this.#parts
    if (error instanceof BooksFault && error.code === 'disk_full') return
    if (error instanceof ProcessorFault) return
    const kind = error instanceof AssertionError ? 'assertion' : 'error'
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
    chronicle.violate('defect', `core ${kind}: ${text}`)
  }
}
