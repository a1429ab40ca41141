import { assert } from '../assert.ts'
import type { TicketId } from '../id.ts'

/**
 * The people waiting for one drop, first come first served.
 *
 * A place in line is asked for far more often than the line moves, so it is a prefix sum over the
 * order of arrival (a Fenwick tree): joining, leaving and asking each take O(log n).
 */
export class Line {
  readonly #numbers = new Map<TicketId, number>()
  /** `#sums[k]` counts waiting arrivals in the range that ends at `k`. */
  #sums: number[] = [0]

  get size(): number {
    return this.#numbers.size
  }

  has(ticketId: TicketId): boolean {
    return this.#numbers.has(ticketId)
  }

  join(ticketId: TicketId): void {
    assert(!this.#numbers.has(ticketId), 'a ticket joins its line once')
    const number = this.#sums.length
    const lowestBit = number & -number
    this.#sums.push(1 + this.#waitingUpTo(number - 1) - this.#waitingUpTo(number - lowestBit))
    this.#numbers.set(ticketId, number)
  }

  leave(ticketId: TicketId): void {
    const number = this.#numbers.get(ticketId)
    assert(number !== undefined, 'only a waiting ticket leaves its line')
    this.#numbers.delete(ticketId)
    if (this.#numbers.size === 0) {
      this.#sums = [0]
      return
    }
    for (let place = number; place < this.#sums.length; place += place & -place) {
      this.#sums[place] = this.#sumAt(place) - 1
    }
  }

  /** 1 is next. */
  placeOf(ticketId: TicketId): number {
    const number = this.#numbers.get(ticketId)
    assert(number !== undefined, 'only a waiting ticket has a place')
    return this.#waitingUpTo(number)
  }

  /** In the order of arrival. Tickets may leave while it is walked. */
  [Symbol.iterator](): IterableIterator<TicketId> {
    return this.#numbers.keys()
  }

  #waitingUpTo(number: number): number {
    let sum = 0
    for (let place = number; place > 0; place -= place & -place) sum += this.#sumAt(place)
    return sum
  }

  #sumAt(place: number): number {
    const sum = this.#sums[place]
    assert(sum !== undefined, 'sums are kept for every arrival')
    return sum
  }
}
