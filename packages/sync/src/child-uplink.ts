import {
  AssertionError,
  JOURNAL_EMPTY,
  type Checkpoint,
  type Demand,
  type FeedItem,
  type JournalHead,
  type Moment,
  type NodeId,
  type NotSelling,
  type SealedEntry,
  type StallAnswer,
  type StallCommand,
} from '@nightmarket/kernel'

import { Bell } from './child-bell.ts'
import { callWithDeadline } from './child-deadline.ts'
import { UndeliveredDemand } from './child-demand.ts'
import { cutPage } from './child-page.ts'
import { UplinkRecord, type UplinkStatus } from './child-status.ts'
import { backoffMs, UPLINK_TERMS, type UplinkTerms } from './child-terms.ts'
import {
  EXCHANGE_ENTRIES_MAX,
  PROTOCOL_VERSION,
  type ExchangeAck,
  type ExchangeRefused,
  type ExchangeRequest,
  type ExchangeResponse,
  type ParentWire,
} from './protocol.ts'

/** What the uplink needs of a running stall. */
export interface UplinkStall {
  readonly state: { readonly nodeId: NodeId; readonly epoch: number; readonly feedPosition: number }
  /** Where the durable journal ends. */
  readonly head: JournalHead
  notSelling(): NotSelling | null
  read(after: number, limit: number): Promise<readonly SealedEntry[]>
  checkpointAt(size: number): Checkpoint | Promise<Checkpoint>
  run(command: StallCommand): Promise<StallAnswer>
  takeDemand(): readonly Demand[]
  onDurable(listener: (head: JournalHead) => void): () => void
}

/** What an uplink runs on. */
export interface UplinkDeps {
  readonly stall: UplinkStall
  readonly wire: ParentWire
  readonly now: () => Moment
  /** Runs `work` once after `delayMs`; the returned function cancels it. */
  readonly setTimer: (delayMs: number, work: () => void) => () => void
  /** From 0 up to but not 1: spreads the retries of many children. */
  readonly random: () => number
  readonly terms?: Partial<UplinkTerms>
  /** Called when the child was connected, cut off or refused. */
  readonly onChange?: (status: UplinkStatus) => void
  /** This program is wrong: the uplink has stopped and the host must end the process. */
  readonly onDefect?: (error: unknown) => void
}

/** The running connection of a child to its parent. Starts at once, resumes by itself. */
export interface Uplink extends AsyncDisposable {
  status(): UplinkStatus
  /** Resolves once all that is durable now is acknowledged, or when the uplink is closed. */
  flush(): Promise<void>
}

/** Codes after which this child may not sell any more, whatever a person decides later. */
const STOPS_SELLING: Readonly<Record<ExchangeRefused['code'], boolean>> = {
  node_unknown: false,
  node_revoked: true,
  node_quarantined: true,
  epoch_retired: true,
  protocol_version: false,
  journal_invalid: false,
}

/** Keep a stall and its parent in step: journal up, feed down. */
export function createUplink(deps: UplinkDeps): Uplink {
  return new RunningUplink(deps)
}

type Outcome = 'more' | 'idle' | 'refused'

class RunningUplink implements Uplink {
  readonly #deps: UplinkDeps
  readonly #terms: UplinkTerms
  readonly #record: UplinkRecord
  readonly #demand = new UndeliveredDemand()
  /** Rung when there is something to exchange. */
  readonly #due: Bell
  /** Rung when waiting is over for good. */
  readonly #pauses: readonly [exchange: Bell, feed: Bell]
  readonly #unsubscribe: () => void
  readonly #loops: Promise<unknown>
  #exchanged = Promise.withResolvers<void>()
  #calls = new AbortController()
  /** How far the parent has the journal; `null` until it has said so. */
  #acknowledged: JournalHead | null = null
  /** Whether the last exchange may have left entries behind that were there: or it carried none. */
  #isPage = false
  #feedAfter: number
  #isClosed = false

  constructor(deps: UplinkDeps) {
    this.#deps = deps
    this.#terms = { ...UPLINK_TERMS, ...deps.terms }
    this.#record = new UplinkRecord(deps.now().atMs)
    this.#feedAfter = deps.stall.state.feedPosition
    this.#due = new Bell(deps.setTimer)
    this.#pauses = [new Bell(deps.setTimer), new Bell(deps.setTimer)]
    this.#unsubscribe = deps.stall.onDurable(() => this.#due.ring())
    this.#loops = Promise.all([
      this.#runLoop(() => this.#step()),
      this.#runLoop(() => this.#listen()),
    ])
  }

  status(): UplinkStatus {
    const acknowledged = this.#acknowledged?.sequence ?? 0
    return this.#record.status(acknowledged, this.#deps.stall.head.sequence)
  }

  async flush(): Promise<void> {
    const target = this.#deps.stall.head.sequence
    this.#due.ring()
    while (!this.#isClosed && (this.#acknowledged?.sequence ?? -1) < target) {
      await this.#exchanged.promise
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop()
    await this.#loops
  }

  #stop(): void {
    this.#isClosed = true
    this.#unsubscribe()
    this.#calls.abort()
    for (const bell of [this.#due, ...this.#pauses]) bell.ring()
    this.#exchanged.resolve()
  }

  async #runLoop(step: () => Promise<void>): Promise<void> {
    try {
      while (!this.#isClosed) await step()
    } catch (error) {
      this.#stop()
      this.#deps.onDefect?.(error)
    }
  }

  /** One exchange and the wait after it. */
  async #step(): Promise<void> {
    const startedMs = this.#deps.now().monotonicMs
    const outcome = await this.#tryExchange()
    this.#exchanged.resolve()
    this.#exchanged = Promise.withResolvers()
    if (this.#isClosed || outcome === 'more') return
    const [pause] = this.#pauses
    if (outcome === 'refused') return pause.sleep(this.#terms.refusedMs)
    if (outcome !== 'idle') return pause.sleep(outcome.retryMs)
    const elapsedMs = this.#deps.now().monotonicMs - startedMs
    if (elapsedMs < this.#terms.gapMs) await pause.sleep(this.#terms.gapMs - elapsedMs)
    if (!this.#isClosed) await this.#due.sleep(this.#terms.heartbeatMs)
  }

  async #tryExchange(): Promise<Outcome | { readonly retryMs: number }> {
    try {
      return await this.#exchange()
    } catch (error) {
      if (error instanceof AssertionError) throw error
      if (this.#isClosed) return 'idle'
      this.#calls.abort()
      this.#calls = new AbortController()
      const failures = this.#record.failed(error, this.#deps.now().atMs)
      if (failures === 1) this.#changed()
      return { retryMs: backoffMs(failures, this.#deps.random(), this.#terms) }
    }
  }

  async #exchange(): Promise<Outcome> {
    const request = await this.#buildRequest()
    const sentMs = this.#deps.now().monotonicMs
    const response = await this.#send(request)
    switch (response.status) {
      case 'ack':
        return this.#acknowledge(request, response, sentMs)
      case 'want':
        this.#acknowledged = await this.#headAt(Math.max(0, response.sequence - 1))
        return 'more'
      case 'fork':
        return this.#refuse('fork', `The parent has another entry ${response.sequence}.`)
      case 'refused':
        return this.#refuse(response.code, response.detail)
    }
  }

  async #send(request: ExchangeRequest): Promise<ExchangeResponse> {
    try {
      const response = await this.#call(this.#terms.exchangeMs, (signal) =>
        this.#deps.wire.exchange(request, signal),
      )
      this.#demand.delivered()
      return response
    } catch (error) {
      this.#demand.failed(request.demand)
      throw error
    }
  }

  async #buildRequest(): Promise<ExchangeRequest> {
    const { stall, now } = this.#deps
    const { nodeId, epoch } = stall.state
    const after = this.#acknowledged
    const read = after === null ? [] : await stall.read(after.sequence, EXCHANGE_ENTRIES_MAX)
    const entries = cutPage(read)
    this.#isPage = entries.length < read.length || read.length % EXCHANGE_ENTRIES_MAX === 0
    const last = entries.at(-1)
    const checkpoint = last === undefined ? null : await stall.checkpointAt(last.sequence)
    return {
      protocolVersion: PROTOCOL_VERSION,
      nodeId,
      epoch,
      entries,
      previousHash: after === null || last === undefined ? stall.head.hash : after.hash,
      checkpoint,
      feedAfter: this.#feedAfter,
      demand: this.#demand.include(stall.takeDemand()),
      atMs: now().atMs,
    }
  }

  async #acknowledge(
    request: ExchangeRequest,
    ack: ExchangeAck,
    sentMs: number,
  ): Promise<Outcome> {
    const { stall, now } = this.#deps
    if (!(await this.#isOurs(request, ack))) return this.#showBranch(ack)
    const isNewContact = this.#record.connected(now().atMs, ack.parentTimeMs - request.atMs)
    this.#acknowledged = { sequence: ack.sequence, hash: ack.hash }
    if (isNewContact) this.#changed()
    // The parent's clock read that before the answer travelled: this is the latest it can read now.
    const travelMs = now().monotonicMs - sentMs
    await this.#follow(ack.feed, ack.parentTimeMs + travelMs)
    if (ack.feedHead <= this.#feedAfter) this.#record.heard(ack.sequence)
    const isBehind = stall.head.sequence > ack.sequence && this.#isPage
    return isBehind || ack.feedHead > this.#feedAfter ? 'more' : 'idle'
  }

  /** Whether the parent's copy is a prefix of this journal: otherwise one of them was replaced. */
  async #isOurs(request: ExchangeRequest, { sequence, hash }: ExchangeAck): Promise<boolean> {
    const sent = request.entries.findLast((entry) => entry.sequence === sequence)
    if (sent !== undefined) return sent.hash === hash
    const known = this.#acknowledged
    if (sequence > this.#deps.stall.head.sequence) return false
    if (known?.sequence === sequence) return known.hash === hash
    return (await this.#headAt(sequence)).hash === hash
  }

  /**
   * One of the two journals was replaced, by a backup or a clone. Selling stops, and what this node
   * has is sent from before the parting on: the parent then keeps both branches. [SY10]
   */
  async #showBranch({ sequence }: ExchangeAck): Promise<Outcome> {
    const { stall } = this.#deps
    const isKnown = this.#record.isRefused
    const detail = `The parent has ${sequence} entries that are not the ones here.`
    const outcome = await this.#refuse('fork', detail)
    const shared = Math.min(sequence, stall.head.sequence)
    this.#acknowledged = await this.#headAt(Math.max(0, shared - 1))
    return isKnown ? outcome : 'more'
  }

  async #headAt(sequence: number): Promise<JournalHead> {
    if (sequence === 0) return JOURNAL_EMPTY
    const [entry] = await this.#deps.stall.read(sequence - 1, 1)
    return entry === undefined ? this.#deps.stall.head : { sequence, hash: entry.hash }
  }

  /** Journal the parent's decisions; a stall that stopped for its clock hears the time as well. */
  async #follow(feed: readonly FeedItem[], parentTimeMs: number): Promise<void> {
    const { stall } = this.#deps
    const items = feed.filter((item) => item.position > this.#feedAfter)
    if (items.length === 0 && stall.notSelling() !== 'clock') return
    await stall.run({ type: 'apply_feed', items, parentTimeMs })
    this.#feedAfter = items.at(-1)?.position ?? this.#feedAfter
  }

  async #refuse(code: ExchangeRefused['code'] | 'fork', detail: string): Promise<Outcome> {
    const isNew = this.#record.refused(code, detail, this.#deps.now().atMs)
    // Where the journals part is found out from the start: this one may have been replaced.
    if (code === 'journal_invalid') this.#acknowledged = null
    if (code === 'fork' || STOPS_SELLING[code]) {
      await this.#deps.stall.run({ type: 'freeze', reason: 'quarantined' })
    }
    if (isNew) this.#changed()
    return 'refused'
  }

  /** Wait at the parent's for a decision, so that a rollback is not found by the next heartbeat. */
  async #listen(): Promise<void> {
    const [, pause] = this.#pauses
    if (!this.#record.isConnected) return this.#exchanged.promise
    try {
      const after = this.#feedAfter
      const head = await this.#call(this.#terms.feedWaitMs, (signal) =>
        this.#deps.wire.awaitFeed(after, signal),
      )
      if (head > this.#feedAfter) {
        const { promise } = this.#exchanged
        this.#due.ring()
        await promise
      } else if (!this.#isClosed) await pause.sleep(this.#terms.gapMs)
    } catch (error) {
      if (error instanceof AssertionError) throw error
      // Whether the parent is gone is for the next exchange to find out, now.
      this.#due.ring()
      if (!this.#isClosed) await pause.sleep(backoffMs(1, this.#deps.random(), this.#terms))
    }
  }

  #call<Answer>(
    deadlineMs: number,
    call: (signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer> {
    return callWithDeadline({ deadlineMs, ended: this.#calls.signal, ...this.#deps }, call)
  }

  #changed(): void {
    this.#deps.onChange?.(this.status())
  }
}
