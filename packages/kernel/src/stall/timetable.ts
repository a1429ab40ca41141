/**
 * What ends when, soonest first: a binary heap. Entries that ended early stay until their time
 * and are skipped then, so nothing is ever searched for.
 */
export class Timetable<Item> {
  readonly #heap: { readonly atMs: number; readonly item: Item }[] = []

  /** The soonest moment in the table, or `null` when it is empty. */
  get nextMs(): number | null {
    return this.#heap[0]?.atMs ?? null
  }

  add(atMs: number, item: Item): void {
    const heap = this.#heap
    let place = heap.length
    const added = { atMs, item }
    heap.push(added)
    while (place > 0) {
      const above = (place - 1) >> 1
      const parent = heap[above]
      if (parent === undefined || parent.atMs <= atMs) break
      heap[place] = parent
      place = above
    }
    heap[place] = added
  }

  /** Everything due, soonest first, without taking it out. */
  due(nowMs: number): readonly Item[] {
    const found: { readonly atMs: number; readonly item: Item }[] = []
    this.#collect(0, nowMs, found)
    return found.sort((left, right) => left.atMs - right.atMs).map(({ item }) => item)
  }

  /** Drop entries from the front for as long as `isOver` says so. */
  trim(isOver: (item: Item) => boolean): void {
    for (let first = this.#heap[0]; first !== undefined; first = this.#heap[0]) {
      if (!isOver(first.item)) return
      this.#removeFirst()
    }
  }

  #collect(place: number, nowMs: number, into: { atMs: number; item: Item }[]): void {
    const entry = this.#heap[place]
    if (entry === undefined || entry.atMs > nowMs) return
    into.push(entry)
    this.#collect(2 * place + 1, nowMs, into)
    this.#collect(2 * place + 2, nowMs, into)
  }

  #removeFirst(): void {
    const heap = this.#heap
    const last = heap.pop()
    if (last === undefined || heap.length === 0) return
    let place = 0
    for (;;) {
      const left = heap[2 * place + 1]
      const right = heap[2 * place + 2]
      if (left === undefined) break
      const isRight = right !== undefined && right.atMs < left.atMs
      const child = isRight ? right : left
      if (child.atMs >= last.atMs) break
      heap[place] = child
      place = 2 * place + (isRight ? 2 : 1)
    }
    heap[place] = last
  }
}
