import {
  NoticeRefused,
  ProcessorFault,
  type Charge,
  type Processor,
  type ProcessorNotice,
} from '@nightmarket/payments'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import type { SimProcess } from '../time/sim-process.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import { Bank, type BankNews } from './bank.ts'

/** What the line to the processor does to calls now. Probabilities from 0 to 1. */
export interface LineFaults {
  isOut: boolean
  timeoutWithEffect: number
  timeoutWithoutEffect: number
  rateLimited: number
  /** An answer that comes, but seconds later. */
  late: number
  /** A charge, or a refund, that hangs in the bank and ends by itself minutes later. */
  pending: number
  /** The search index does not know a key yet, for so long. */
  searchLagMs: number
  listLagMs: number
  noticeLost: number
  noticeDuplicate: number
  noticeDelayMs: readonly [number, number]
}

/** A line without faults. */
export const LINE_QUIET: Readonly<LineFaults> = {
  isOut: false,
  timeoutWithEffect: 0,
  timeoutWithoutEffect: 0,
  rateLimited: 0,
  late: 0,
  pending: 0,
  searchLagMs: 0,
  listLagMs: 0,
  noticeLost: 0,
  noticeDuplicate: 0,
  noticeDelayMs: [50, 500],
}

/** How long the client at the core waits for an answer, as the real one does. */
const CALL_DEADLINE_MS = 10_000
const NOTICE_RETRY_MS = 60_000
const NOTICE_ATTEMPTS_MAX = 8
const PENDING_MS = [5_000, 240_000] as const

/** The processor as a core sees it: a bank behind a line that fails. */
export class ProcessorLine {
  readonly bank: Bank
  faults: LineFaults = { ...LINE_QUIET }
  /** Where notices go: the core that runs now. False asks for the notice again later. */
  onNotice: (body: string, signature: string) => Promise<boolean> = async () => false
  readonly #time: VirtualTime
  readonly #prng: Prng
  readonly #chronicle: Chronicle

  constructor(time: VirtualTime, prng: Prng, chronicle: Chronicle) {
    this.#time = time
    this.#prng = prng
    this.#chronicle = chronicle
    this.bank = new Bank(
      () => time.nowMs,
      (news) => this.#announce(news, 1),
    )
  }

  /** The port for one process of the core. */
  connect(process: SimProcess): Processor {
    const { bank } = this
    const call = <T>(name: string, act: () => T) => this.#call(process, name, act)
    return {
      name: 'simulated',
      authorize: (request) =>
        call('authorize', () => {
          const isSlow = this.#hits('pending')
          const charge = bank.authorize(request, isSlow)
          if (charge.state === 'pending')
            this.#settleLater(() => bank.settlePending(charge.chargeId))
          return charge
        }),
      capture: (chargeId) => call('capture', () => bank.capture(chargeId)),
      void: (chargeId) => call('void', () => bank.void(chargeId)),
      refund: ({ refundId, chargeId, amountMinor }) =>
        call('refund', () => {
          const refund = bank.refund(refundId, chargeId, amountMinor, this.#hits('pending'))
          if (refund.state === 'pending') {
            this.#settleLater(() => bank.settleRefund(chargeId, refundId))
          }
          return refund
        }),
      read: (chargeId) => call('read', () => bank.read(chargeId)),
      lookup: (payKey) =>
        call('lookup', () => {
          const charge = bank.lookup(payKey)
          const isIndexed =
            charge !== null && this.#time.nowMs - charge.createdAtMs >= this.faults.searchLagMs
          if (charge !== null && !isIndexed) this.#chronicle.mark('fault search_lag')
          return isIndexed ? charge : null
        }),
      list: (sinceMs) => this.#list(process, sinceMs),
      parseNotice,
    }
  }

  async *#list(process: SimProcess, sinceMs: number): AsyncIterable<Charge> {
    const charges = await this.#call(process, 'list', () => {
      const { listLagMs } = this.faults
      const nowMs = this.#time.nowMs
      const listed = this.bank.list(sinceMs, nowMs - listLagMs)
      if (listed.length < this.bank.list(sinceMs, nowMs).length) {
        this.#chronicle.mark('fault list_lag')
      }
      return listed
    })
    yield* charges
  }

  /** One call over the line: there, the bank, and back; or some of that. */
  #call<T>(process: SimProcess, name: string, act: () => T): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>()
    const settle = (delayMs: number, work: () => void) => void process.after(delayMs, work)
    const fail = (code: ProcessorFault['code'], delayMs: number) => {
      this.#chronicle.say('processor', `${name}: ${code}`)
      settle(delayMs, () => reject(new ProcessorFault(code, `${name}: ${code}`)))
    }
    const thereMs = this.#prng.between(20, 200)
    if (this.faults.isOut) {
      this.#chronicle.mark('fault processor_outage')
      fail('unavailable', thereMs)
      return promise
    }
    if (this.#hits('rateLimited')) {
      fail('rate_limited', thereMs)
      return promise
    }
    if (this.#hits('timeoutWithoutEffect')) {
      fail('timeout', CALL_DEADLINE_MS)
      return promise
    }
    const isLost = this.#hits('timeoutWithEffect')
    const backMs = this.#hits('late') ? this.#prng.between(2_000, 9_000) : thereMs
    this.#time.after(thereMs, () => {
      try {
        const answer = act()
        this.#chronicle.say('processor', `${name}: ${describe(answer)}`)
        if (isLost) fail('timeout', CALL_DEADLINE_MS - thereMs)
        else settle(backMs, () => resolve(answer))
      } catch (error) {
        settle(backMs, () => reject(error))
      }
    })
    return promise
  }

  #hits(fault: 'timeoutWithEffect' | 'timeoutWithoutEffect' | 'rateLimited' | 'late' | 'pending') {
    const isHit = this.#prng.chance(this.faults[fault])
    if (isHit) this.#chronicle.mark(`fault processor_${fault}`)
    return isHit
  }

  #settleLater(work: () => void): void {
    this.#time.after(this.#prng.between(...PENDING_MS), work)
  }

  #announce(news: BankNews, attempt: number): void {
    const copies = this.#prng.chance(this.faults.noticeDuplicate) ? 2 : 1
    if (copies === 2) this.#chronicle.mark('fault notice_duplicate')
    for (let copy = 0; copy < copies; copy++) {
      this.#time.after(this.#prng.between(...this.faults.noticeDelayMs), () => {
        void this.#deliver(news, attempt)
      })
    }
  }

  async #deliver(news: BankNews, attempt: number): Promise<void> {
    const isLost = this.#prng.chance(this.faults.noticeLost)
    if (isLost) this.#chronicle.mark('fault notice_lost')
    const isTaken = !isLost && (await this.onNotice(JSON.stringify(news), signatureOf(news)))
    if (isTaken || attempt >= NOTICE_ATTEMPTS_MAX) return
    this.#time.after(NOTICE_RETRY_MS * attempt, () => this.#announce(news, attempt + 1))
  }
}

function signatureOf({ noticeId }: BankNews): string {
  return `signed ${noticeId}`
}

function parseNotice(body: string, signature: string): ProcessorNotice {
  const news = JSON.parse(body) as BankNews
  if (signature !== signatureOf(news)) throw new NoticeRefused('signature', 'not the bank')
  return news
}

function describe(answer: unknown): string {
  if (Array.isArray(answer)) return `${answer.length} charges`
  if (answer === null || typeof answer !== 'object') return String(answer)
  const { chargeId, state, payKey } = answer as Partial<Charge>
  return [chargeId ?? '', payKey ?? '', state ?? ''].join(' ').trim()
}
