import type { Core } from '../core.ts'
import { BooksFault } from '../database/books-fault.ts'
import { createReleaseReader } from '../order/pinned-release.ts'
import type { PaymentTerms } from './payment-terms.ts'
import { settlePayment, type Outcome } from './settle-payment.ts'

interface Waiting {
  readonly outcome: Outcome
  readonly resolve: (isWritten: boolean) => void
  readonly reject: (error: unknown) => void
}

/** The most outcomes in one transaction: keeps other writers' wait short. */
const BATCH_MAX = 64

/**
 * Writes outcomes in groups: what arrives while one transaction commits goes into the next one, so
 * that a rush of answers does not wait for a disk write each. [PM16]
 */
export class OutcomeWriter {
  readonly #core: Core
  readonly #terms: PaymentTerms
  #waiting: Waiting[] = []
  #isWriting = false

  constructor(core: Core, terms: PaymentTerms) {
    this.#core = core
    this.#terms = terms
  }

  /** Resolves once it is durable, with whether the claim still stood. Throws `BooksFault`. */
  write(outcome: Outcome): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>()
    this.#waiting.push({ outcome, resolve, reject })
    if (!this.#isWriting) void this.#writeAll()
    return promise
  }

  async #writeAll(): Promise<void> {
    this.#isWriting = true
    await Promise.resolve()
    while (this.#waiting.length > 0) await this.#writeSome(this.#waiting.splice(0, BATCH_MAX))
    this.#isWriting = false
  }

  /** One outcome that cannot be written must not keep the others from being written. */
  async #writeSome(batch: readonly Waiting[]): Promise<void> {
    try {
      const written = await this.#commit(batch)
      for (const [index, { resolve }] of batch.entries()) resolve(written[index] === true)
    } catch (error) {
      if (error instanceof BooksFault || batch.length === 1) {
        for (const { reject } of batch) reject(error)
        return
      }
      for (const one of batch) await this.#writeSome([one])
    }
  }

  async #commit(batch: readonly Waiting[]): Promise<readonly boolean[]> {
    return this.#core.books.transact('settle payments', async (trx) => {
      const readRelease = createReleaseReader(trx)
      const written: boolean[] = []
      for (const { outcome } of batch) {
        written.push(await settlePayment(this.#core, trx, this.#terms, outcome, readRelease))
      }
      return written
    })
  }
}
