import { Backlog } from './backlog.ts'
import { frameOf, type LiveBatch, type LiveFrame } from './live-batch.ts'
import type { LiveMessage, ResumePoint } from './message.ts'

/** How much of what everybody was told is kept for those who come back. */
export const RING_FRAMES_MAX = 2_048

/** How long a viewer may stay slow before the connection is given up, in milliseconds. */
export const SLOW_MS_MAX = 30_000

/** One viewer's wire, as the host has it. */
export interface LiveSink {
  /** Send a batch in one write. `false`: the wire is full; the host calls `drained` later. */
  write(batch: LiveBatch): boolean
  /** Make sure that somebody is there; closes by itself when nobody answered the last one. */
  ping(): void
  /** End it. The page comes back by itself. */
  close(reason: 'going_away' | 'too_slow'): void
}

/** A message for everybody, before it has its place. */
export type PublicMessage = Unplaced<Extract<LiveMessage, { readonly offset: number }>>

type Unplaced<Message> = Message extends unknown ? Omit<Message, 'offset'> : never

/** What a hub is made of. */
export interface HubDeps {
  /** Names this process’s counting of offsets. */
  readonly epoch: string
  readonly nowMs: () => number
  readonly monotonicMs: () => number
  readonly heartbeatMs: number
  /** Runs `work` soon, after what is going on now. */
  readonly soon: (work: () => void) => void
  /** Everything that is public now, in the state in which `publish` was last called. */
  readonly snapshot: () => Unplaced<Extract<LiveMessage, { readonly type: 'snapshot' }>>
}

/**
 * Tells many viewers the same things. [LV1]
 *
 * A message is written once, and what is published within a turn goes to each viewer in one write.
 * Everything public has an offset; a page that comes back with the last one it saw gets what came
 * after it, once each, or a snapshot when that is no longer kept. [LV2]
 */
export class LiveHub {
  readonly #deps: HubDeps
  readonly #viewers = new Set<LiveViewer>()
  readonly #ring: LiveFrame[] = []
  #pending: LiveFrame[] = []
  #offset = 0
  #snapshot: LiveBatch | null = null

  constructor(deps: HubDeps) {
    this.#deps = deps
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** Tell everybody, in this turn's write. */
  publish(message: PublicMessage): void {
    this.#offset += 1
    const frame = frameOf({ ...message, offset: this.#offset })
    this.#snapshot = null
    this.#ring.push(frame)
    if (this.#ring.length > 2 * RING_FRAMES_MAX) this.#ring.splice(0, RING_FRAMES_MAX)
    this.#pending.push(frame)
    if (this.#pending.length === 1) this.#deps.soon(() => this.flush())
  }

  /** Send what was published. Called by itself at the end of a turn. */
  flush(): void {
    if (this.#pending.length === 0) return
    const batch: LiveBatch = { frames: this.#pending }
    this.#pending = []
    for (const viewer of this.#viewers) viewer.deliver(batch)
  }

  /** Take a viewer in; what is told first continues `resume`, or is a snapshot. */
  join(sink: LiveSink, resume: ResumePoint | null): LiveViewer {
    this.flush()
    const viewer = new LiveViewer(sink, this.#deps, () => this.#viewers.delete(viewer))
    this.#viewers.add(viewer)
    const missed = resume === null ? null : this.#since(resume)
    viewer.deliver({ frames: [this.#hello(missed !== null)] })
    if (missed === null) viewer.deliver(this.#whole())
    else if (missed.length > 0) viewer.deliver({ frames: missed })
    return viewer
  }

  /** Look whether everybody is still there. */
  beat(): void {
    for (const viewer of this.#viewers) viewer.beat()
  }

  /** End all connections. */
  close(): void {
    for (const viewer of this.#viewers) viewer.end('going_away')
  }

  #hello(isResumed: boolean): LiveFrame {
    const { epoch, nowMs, heartbeatMs } = this.#deps
    const offset = this.#offset
    const more = { epoch, offset, isResumed, nowMs: nowMs(), heartbeatMs }
    return frameOf({ type: 'hello', version: 1, ...more })
  }

  /** One text for all who join before the next message. */
  #whole(): LiveBatch {
    const message = { ...this.#deps.snapshot(), offset: this.#offset }
    this.#snapshot ??= { frames: [frameOf(message)] }
    return this.#snapshot
  }

  /** What came after a point; `null` when it is of another epoch, ahead, or no longer kept. */
  #since({ epoch, offset }: ResumePoint): readonly LiveFrame[] | null {
    const missed = this.#offset - offset
    if (epoch !== this.#deps.epoch || missed < 0 || missed > this.#ring.length) return null
    return this.#ring.slice(this.#ring.length - missed)
  }
}

/** One viewer's place in a hub. */
export class LiveViewer {
  readonly #sink: LiveSink
  readonly #deps: Pick<HubDeps, 'monotonicMs'>
  readonly #leave: () => void
  /** While the wire is full: since when, and what waits. Nearly all viewers never need it. */
  #slow: { readonly sinceMs: number; readonly backlog: Backlog } | null = null

  constructor(sink: LiveSink, deps: Pick<HubDeps, 'monotonicMs'>, leave: () => void) {
    this.#sink = sink
    this.#deps = deps
    this.#leave = leave
  }

  /** Send a batch, or keep what counts of it while the wire is full. */
  deliver(batch: LiveBatch): void {
    if (this.#slow === null) return this.#write(batch)
    const { backlog } = this.#slow
    for (const frame of batch.frames) backlog.add(frame)
    if (backlog.isHopeless) this.end('too_slow')
  }

  /** The wire has room again. */
  drained(): void {
    if (this.#slow === null) return
    const { backlog } = this.#slow
    this.#slow = null
    if (!backlog.isEmpty) this.#write(backlog.take())
  }

  beat(): void {
    const slowMs = this.#slow === null ? 0 : this.#deps.monotonicMs() - this.#slow.sinceMs
    if (slowMs > SLOW_MS_MAX) this.end('too_slow')
    else this.#sink.ping()
  }

  /** The wire is gone. */
  left(): void {
    this.#leave()
  }

  end(reason: 'going_away' | 'too_slow'): void {
    this.#leave()
    this.#sink.close(reason)
  }

  #write(batch: LiveBatch): void {
    if (this.#sink.write(batch)) return
    this.#slow = { sinceMs: this.#deps.monotonicMs(), backlog: new Backlog() }
  }
}
