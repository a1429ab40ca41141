import {
  parseExchangeResponse,
  WireFault,
  type ExchangeRequest,
  type ExchangeResponse,
  type ParentWire,
} from '@nightmarket/sync'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { SimCore } from './sim-core.ts'

/** What a line does to messages now. Probabilities from 0 to 1. */
export interface LinkFaults {
  /** Nothing gets from the child to the parent. */
  isUpCut: boolean
  /** Nothing gets back, although the parent has acted. */
  isDownCut: boolean
  loss: number
  duplicate: number
  /** A copy that comes minutes later, after others have passed it. */
  straggler: number
  delayMs: readonly [number, number]
}

/** A line without faults. */
export const LINK_QUIET: Readonly<LinkFaults> = {
  isUpCut: false,
  isDownCut: false,
  loss: 0,
  duplicate: 0,
  straggler: 0,
  delayMs: [2, 40],
}

const STRAGGLER_MS = [5_000, 600_000] as const

/** Where a line leads: the core, or an edge that carries what it is given as it is. [S3] */
export type SimParent = Pick<SimCore, 'exchange' | 'awaitFeed'>

/** Who listens at the device's end of a line. */
export interface LinkTap {
  readonly onSent: (request: ExchangeRequest) => void
  readonly onHeard: (request: ExchangeRequest, response: ExchangeResponse) => void
}

/** The line between one device and the core: messages are lost, doubled, delayed and overtaken. */
export class SimLink {
  faults: LinkFaults = { ...LINK_QUIET }
  /** Nothing happens to messages any more. */
  isCalm = false
  readonly #time: VirtualTime
  readonly #prng: Prng
  readonly #chronicle: Chronicle
  readonly #parent: () => SimParent
  /** The share of messages that something happens to on the best of days. */
  readonly #noise: number

  constructor(
    time: VirtualTime,
    prng: Prng,
    chronicle: Chronicle,
    parent: () => SimParent,
    noise: number,
  ) {
    this.#noise = noise
    this.#time = time
    this.#prng = prng
    this.#chronicle = chronicle
    this.#parent = parent
  }

  /** The parent as one process of the child reaches it. `tap` sees what passes. */
  connect(process: SimProcess, tap: LinkTap): ParentWire {
    return {
      exchange: async (request, signal) => {
        tap.onSent(request)
        const text = JSON.stringify(request)
        const answer = await this.#ask(process, signal, () => this.#parent().exchange(text))
        const parsed = parseExchangeResponse(JSON.parse(answer))
        if (!parsed.ok) throw new WireFault('garbled', parsed.error.field)
        tap.onHeard(request, parsed.value)
        return parsed.value
      },
      awaitFeed: async (after, signal) => {
        const nodeId = this.nodeId()
        const answer = await this.#ask(process, signal, async () => {
          const head = await this.#parent().awaitFeed(nodeId, after)
          return head === null ? null : String(head)
        })
        return Number(answer)
      },
    }
  }

  /** What a child below this device has for a parent, while it runs and its line carries. */
  relay(runningOn: () => SimProcess | null): SimParent {
    const carry = async (act: () => Promise<string | null>): Promise<string | null> => {
      const process = runningOn()
      if (process === null || process.isPaused) return null
      this.#chronicle.mark('message relayed')
      return this.#ask(process, undefined, act).catch(() => null)
    }
    return {
      exchange: (text) => carry(() => this.#parent().exchange(text)),
      awaitFeed: async (nodeId, after) => {
        const head = await carry(async () => {
          const found = await this.#parent().awaitFeed(nodeId, after)
          return found === null ? null : String(found)
        })
        return head === null ? null : Number(head)
      },
    }
  }

  /** Set by the device: whose line this is. */
  nodeId: () => Parameters<SimCore['awaitFeed']>[0] = () => {
    throw new Error('the line has no device yet')
  }

  /** Send a question as often as the line likes; the first answer that comes back counts. */
  #ask(
    process: SimProcess,
    signal: AbortSignal | undefined,
    act: () => Promise<string | null>,
  ): Promise<string> {
    const { promise, resolve, reject } = Promise.withResolvers<string>()
    signal?.addEventListener('abort', () => reject(new WireFault('unreachable', 'given up')), {
      once: true,
    })
    const answer = (text: string | null) => {
      if (text === null) {
        this.#back(process, () => reject(new WireFault('refused', 'the parent has no answer')))
      } else this.#back(process, () => resolve(text))
    }
    for (const delayMs of this.#departures()) {
      this.#time.after(delayMs, () => {
        if (!this.faults.isUpCut) void act().then(answer)
        else this.#chronicle.mark('message cut up')
      })
    }
    return promise
  }

  /** What is done to messages now: what lies over the line, and the noise beneath. */
  #now(): LinkFaults {
    if (this.isCalm) return this.faults
    const { loss, duplicate, straggler } = this.faults
    return {
      ...this.faults,
      loss: Math.max(loss, this.#noise),
      duplicate: Math.max(duplicate, this.#noise),
      straggler: Math.max(straggler, this.#noise / 4),
    }
  }

  /** When the copies of a message arrive; none when it is lost. */
  #departures(): readonly number[] {
    const { isUpCut, loss, duplicate, straggler, delayMs } = this.#now()
    if (isUpCut) return []
    const copies: number[] = []
    if (this.#prng.chance(loss)) this.#chronicle.mark('fault message_lost')
    else copies.push(this.#prng.between(...delayMs))
    if (this.#prng.chance(duplicate)) {
      this.#chronicle.mark('fault message_duplicated')
      copies.push(this.#prng.between(...delayMs))
    }
    if (this.#prng.chance(straggler)) {
      this.#chronicle.mark('fault message_reordered')
      copies.push(this.#prng.between(...STRAGGLER_MS))
    }
    return copies
  }

  #back(process: SimProcess, work: () => void): void {
    const { isDownCut, loss, delayMs } = this.#now()
    if (isDownCut || this.#prng.chance(loss)) {
      this.#chronicle.mark(isDownCut ? 'message cut down' : 'fault answer_lost')
      return
    }
    process.after(this.#prng.between(...delayMs), work)
  }
}
