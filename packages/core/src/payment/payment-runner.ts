import { assert, isStoredMethod } from '@nightmarket/kernel'

import { findKeptMethod } from '../buyer/customer.ts'
import type { Core } from '../core.ts'
import { endDueRescues } from '../order/end-rescue.ts'
import { performRefund } from '../refund/perform-refund.ts'
import { decideRequests } from '../till/decide-requests.ts'
import { settleDueWallets } from '../wallet/settle-wallet.ts'
import { askProcessor } from './ask-processor.ts'
import { claimPayments, claimRefunds, isAnythingDue } from './claim.ts'
import { OutcomeWriter } from './outcome-writer.ts'
import type { PaymentAnswer } from './payment-answer.ts'
import type { PaymentRow } from './payment-row.ts'
import { nextStep, type PaymentStep } from './payment-step.ts'
import { PAYMENT_TERMS, type PaymentTerms } from './payment-terms.ts'
import { withinDeadline } from './within-deadline.ts'

/** How the runner works. Times in milliseconds. */
export interface PaymentRunnerOptions {
  /** Calls to the processor at the same time. */
  readonly concurrency?: number
  /** For one step, which may take two calls; longer than the processor's own deadlines. */
  readonly deadlineMs?: number
  /** How often to look for work when nobody wakes the runner. */
  readonly pollMs?: number
  readonly terms?: Partial<PaymentTerms>
  /** Hears what could not be done; the work is taken up again when its claim has run out. */
  readonly onError?: (error: unknown) => void
}

/** Pays, captures, voids and refunds what the books say is due. Several may run at once. */
export interface PaymentRunner {
  /** Do what is due now, and what becomes due meanwhile; how much was done. */
  runDue(): Promise<number>
  start(): Promise<void>
  /** Resolves when nothing is under way any more. */
  stop(): Promise<void>
  /** A hint that something became due. */
  wake(): void
}

/** What a claim outlives a step's deadline by: the time to write its outcome. */
const CLAIM_MARGIN_MS = 15_000

/** Make a runner on the books and the processor of a core. [PM1 to PM16] */
export function createPaymentRunner(core: Core, options: PaymentRunnerOptions = {}): PaymentRunner {
  return new Runner(core, options)
}

class Runner implements PaymentRunner {
  readonly #core: Core
  readonly #terms: PaymentTerms
  readonly #writer: OutcomeWriter
  readonly #concurrency: number
  readonly #deadlineMs: number
  readonly #pollMs: number
  readonly #onError: (error: unknown) => void
  #loop: Promise<void> | null = null
  #isStopping = false
  #alarm = Promise.withResolvers<void>()

  constructor(core: Core, options: PaymentRunnerOptions) {
    this.#core = core
    this.#terms = { ...PAYMENT_TERMS, ...options.terms }
    this.#writer = new OutcomeWriter(core, this.#terms)
    this.#concurrency = options.concurrency ?? 32
    this.#deadlineMs = options.deadlineMs ?? 25_000
    this.#pollMs = options.pollMs ?? 200
    this.#onError = options.onError ?? (() => {})
    assert(this.#concurrency > 0, 'a runner runs something')
  }

  async runDue(): Promise<number> {
    if (!(await isAnythingDue(this.#core))) return 0
    let done = await endDueRescues(this.#core)
    done += await decideRequests(this.#core)
    done += await settleDueWallets(this.#core)
    const running = new Set<Promise<void>>()
    for (;;) {
      const work = await this.#claim(this.#concurrency - running.size)
      for (const task of work) {
        const run = task().then((count) => void (done += count), this.#onError)
        const ended = run.finally(() => running.delete(ended))
        running.add(ended)
      }
      if (running.size === 0) return done
      // A slot or two that came free is not worth a statement: wait for a few, or for all.
      const enough = Math.ceil(this.#concurrency / 2)
      do await Promise.race(running)
      while (running.size > enough)
    }
  }

  async start(): Promise<void> {
    assert(this.#loop === null, 'a runner is started once')
    this.#isStopping = false
    if (this.#core.books.engine === 'sqlite') await this.#dropClaims()
    this.#loop = this.#runUntilStopped()
  }

  async stop(): Promise<void> {
    this.#isStopping = true
    this.wake()
    await this.#loop
    this.#loop = null
  }

  wake(): void {
    this.#alarm.resolve()
  }

  async #runUntilStopped(): Promise<void> {
    while (!this.#isStopping) {
      try {
        if ((await this.runDue()) > 0) continue
      } catch (error) {
        this.#onError(error)
      }
      const timer = setTimeout(() => this.wake(), this.#pollMs)
      await this.#alarm.promise
      clearTimeout(timer)
      this.#alarm = Promise.withResolvers()
    }
  }

  /** A SQLite file has one core: what is claimed was claimed by a process that is gone. [PM1] */
  async #dropClaims(): Promise<void> {
    await this.#core.books.transact('drop claims', async (trx) => {
      const claim = { claim: null, claimed_until_ms: null }
      await trx.updateTable('payment').set(claim).where('claim', 'is not', null).execute()
      await trx.updateTable('refund').set(claim).where('claim', 'is not', null).execute()
    })
  }

  async #claim(limit: number): Promise<readonly (() => Promise<number>)[]> {
    if (limit <= 0 || this.#isStopping) return []
    const request = { limit, claimMs: this.#deadlineMs + CLAIM_MARGIN_MS }
    const payments = await claimPayments(this.#core, request)
    const left = limit - payments.length
    const refunds = left > 0 ? await claimRefunds(this.#core, { ...request, limit: left }) : []
    return [
      ...payments.map((payment) => () => this.#advance(payment)),
      ...refunds.map((refund) => () => {
        const [writer, terms, deadlineMs] = [this.#writer, this.#terms, this.#deadlineMs]
        return performRefund(this.#core, { refund, writer, terms, deadlineMs })
      }),
    ]
  }

  /** A journal names a kept method by a name of ours; the processor knows it by its own. */
  async #ask(payment: PaymentRow, step: PaymentStep): Promise<PaymentAnswer> {
    const { reference } = payment
    const isKept = step.type !== 'settle' && isStoredMethod(reference)
    const kept = isKept ? await findKeptMethod(this.#core, reference) : null
    const payable = {
      ...payment,
      reference: kept?.methodId ?? reference,
      customerId: kept?.customerId ?? null,
    }
    return askProcessor(this.#core.processor, payable, step)
  }

  async #advance(payment: PaymentRow): Promise<number> {
    const step = nextStep(payment, this.#core.nowMs(), this.#terms)
    const asked = this.#ask(payment, step)
    const silent: PaymentAnswer = { type: 'silent' }
    const answer = await withinDeadline(this.#deadlineMs, asked, silent)
    const { pay_key: payKey, claim } = payment
    return (await this.#writer.write({ payKey, claim, answer })) ? 1 : 0
  }
}
