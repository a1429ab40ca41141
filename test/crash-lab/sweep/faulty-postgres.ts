import { once } from 'node:events'

import pg from 'pg'

import type { FaultPlan } from './fault-plan.ts'
import type { FaultyDriver } from './swept-engine.ts'

/** `disk_full`, which the server says itself: the transaction is spoilt there too. */
const RAISE = "do $$ begin raise exception 'no space, on purpose' using errcode = '53100'; end $$"

const ROLLBACK = /^\s*rollback/i

type Query = (this: pg.Client, ...words: unknown[]) => Promise<unknown>

/**
 * PostgreSQL whose n-th statement fails, in this process, at the driver. A statement that is
 * refused never ran: the server says that its disk is full. One that is unanswered did run, and
 * the connection is gone before its answer. A `rollback` is never refused: its connection goes.
 * Mended when disposed.
 */
export class FaultyPostgres implements FaultyDriver {
  calls = 0
  failed = 0
  readonly #plan: FaultPlan | null
  readonly #whole = Reflect.get(pg.Client.prototype, 'query') as Query

  constructor(plan: FaultPlan | null) {
    this.#plan = plan
    const call = (client: pg.Client, words: unknown[]) => this.#call(client, words)
    pg.Client.prototype.query = function (this: pg.Client, ...words: unknown[]) {
      return call(this, words)
    } as never
  }

  [Symbol.dispose](): void {
    pg.Client.prototype.query = this.#whole as never
  }

  async #call(client: pg.Client, words: unknown[]): Promise<unknown> {
    this.calls += 1
    const number = this.calls
    if (this.#plan === null || !this.#plan.failing.has(number)) {
      return this.#whole.apply(client, words)
    }
    this.failed += 1
    if (this.#plan.form === 'unanswered') await this.#whole.apply(client, words)
    else if (!ROLLBACK.test(String(words[0]))) return this.#whole.call(client, RAISE)
    const ended = once(client, 'end')
    client.connection.stream.destroy()
    await ended
    throw new Error(`Connection terminated, on purpose in statement ${number}`)
  }
}
