import { assert } from '@nightmarket/kernel'

/** What a buyer was told: accepted, with this receipt. Kept until the end, whatever dies. */
export interface Promised {
  readonly orderId: string
  /** The edge that promised, by its place in the rush. */
  readonly edge: number
  /** The receipt exactly as it was answered, as JSON. */
  readonly receipt: string
}

/** A promise that was broken while the rush was on, with what was said instead. */
export interface BrokenPromise {
  readonly orderId: string
  readonly edge: number
  readonly detail: string
}

/** Everything that buyers were promised, so that at the end each of it can be held up. */
export class Promises {
  readonly #accepted = new Map<string, Promised>()
  readonly #broken: BrokenPromise[] = []

  get count(): number {
    return this.#accepted.size
  }

  get accepted(): Iterable<Promised> {
    return this.#accepted.values()
  }

  get broken(): readonly BrokenPromise[] {
    return this.#broken
  }

  /** A buyer was told `accepted`. The same order is the same promise, with the same entry. */
  keep(promised: Promised): void {
    const before = this.#accepted.get(promised.orderId)
    if (before === undefined) {
      this.#accepted.set(promised.orderId, promised)
      return
    }
    if (entryOf(before.receipt) !== entryOf(promised.receipt)) {
      this.break(promised, 'the same order has another entry in its second receipt')
    }
  }

  /** A buyer was told something that an earlier answer rules out. */
  break({ orderId, edge }: Pick<Promised, 'orderId' | 'edge'>, detail: string): void {
    this.#broken.push({ orderId, edge, detail })
  }
}

function entryOf(receipt: string): string {
  const { entry } = JSON.parse(receipt) as { readonly entry: string }
  assert(typeof entry === 'string', 'a receipt has its entry')
  return entry
}
