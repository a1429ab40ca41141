import { assert } from '@nightmarket/kernel'

/** What every kept object has: an id, and when it was made (seconds, or milliseconds for ours). */
export interface Item {
  readonly id: string
  readonly created: number
}

/** An object with its place in creation order and the time from which lists show it. */
export interface Row<T extends Item> {
  readonly position: number
  readonly visibleAtMs: number
  readonly item: T
}

/** A row on its way to a store; `text` is `null` when it was removed. */
export interface StoredRow {
  readonly kind: string
  readonly id: string
  readonly position: number
  readonly visibleAtMs: number
  readonly text: string | null
}

/** Which rows a list shows: those of `owner`, older than the one with the id `after`. */
export interface ListQuery {
  readonly nowMs: number
  readonly limit: number
  readonly owner: string | undefined
  readonly after: string | undefined
  readonly sinceSeconds: number
  readonly untilSeconds: number
}

const COMPACT_AT = 4_096

/**
 * Objects of one kind in creation order, in memory; it knows which rows changed since they were
 * last taken, so that a store writes each of them once per batch.
 */
export class Table<T extends Item> {
  readonly kind: string
  readonly #ownerOf: (item: T) => string | null
  readonly #rows = new Map<string, Row<T>>()
  readonly #byOwner = new Map<string, string[]>()
  readonly #dirty = new Set<string>()
  readonly #removed = new Map<string, number>()
  #order: (Row<T> | undefined)[] = []
  #base = 0
  #start = 0

  constructor(kind: string, ownerOf: (item: T) => string | null = () => null) {
    this.kind = kind
    this.#ownerOf = ownerOf
  }

  get size(): number {
    return this.#rows.size
  }

  get isDirty(): boolean {
    return this.#dirty.size > 0 || this.#removed.size > 0
  }

  get(id: string): T | undefined {
    return this.#rows.get(id)?.item
  }

  *values(): Generator<T> {
    for (const { item } of this.#rows.values()) yield item
  }

  oldest(): T | undefined {
    return this.#order[this.#start]?.item
  }

  /** Add an item, or replace the one of the same id, which keeps its place. */
  put(item: T, visibleAtMs = 0): void {
    const known = this.#rows.get(item.id)
    const position = known?.position ?? this.#base + this.#order.length
    this.#set({ position, visibleAtMs: known?.visibleAtMs ?? visibleAtMs, item })
    this.#dirty.add(item.id)
    this.#removed.delete(item.id)
  }

  remove(id: string): void {
    const row = this.#rows.get(id)
    if (row === undefined) return
    this.#rows.delete(id)
    this.#dirty.delete(id)
    this.#removed.set(id, row.position)
    this.#order[row.position - this.#base] = undefined
    this.#compact()
  }

  /** What belongs to an owner, oldest first. */
  ownedBy(owner: string): readonly T[] {
    const ids = this.#byOwner.get(owner) ?? []
    return ids.flatMap((id) => this.get(id) ?? [])
  }

  /** Newest first, with whether there are more. */
  list(
    query: ListQuery,
    isWanted: (item: T) => boolean = () => true,
  ): { readonly items: readonly T[]; readonly hasMore: boolean } {
    const found: T[] = []
    for (const { item } of this.#newestFirst(query)) {
      if (item.created < query.sinceSeconds) break
      if (item.created > query.untilSeconds || !isWanted(item)) continue
      found.push(item)
      if (found.length > query.limit) break
    }
    return { items: found.slice(0, query.limit), hasMore: found.length > query.limit }
  }

  /** Rows changed since the last call, as a store keeps them. */
  *takeChanges(): Generator<StoredRow> {
    for (const id of this.#dirty) {
      const row = this.#rows.get(id)
      assert(row !== undefined, 'a dirty row is present')
      const { position, visibleAtMs, item } = row
      yield { kind: this.kind, id, position, visibleAtMs, text: JSON.stringify(item) }
    }
    for (const [id, position] of this.#removed) {
      yield { kind: this.kind, id, position, visibleAtMs: 0, text: null }
    }
    this.#dirty.clear()
    this.#removed.clear()
  }

  /** Take back a row that a store kept. Rows come in ascending position. */
  restore(stored: StoredRow): void {
    assert(stored.text !== null, 'a removed row is not stored')
    const { position, visibleAtMs } = stored
    if (this.#order.length === 0) this.#base = position
    this.#set({ position, visibleAtMs, item: JSON.parse(stored.text) as T })
  }

  clear(): void {
    for (const id of this.#rows.keys()) this.remove(id)
    this.#byOwner.clear()
  }

  #set(row: Row<T>): void {
    const isNew = !this.#rows.has(row.item.id)
    this.#rows.set(row.item.id, row)
    this.#order[row.position - this.#base] = row
    const owner = isNew ? this.#ownerOf(row.item) : null
    if (owner === null) return
    const owned = this.#byOwner.get(owner)
    if (owned === undefined) this.#byOwner.set(owner, [row.item.id])
    else owned.push(row.item.id)
  }

  *#newestFirst({ nowMs, owner, after }: ListQuery): Generator<Row<T>> {
    const end = after === undefined ? Infinity : (this.#rows.get(after)?.position ?? 0)
    const rows = owner === undefined ? this.#order : this.#rowsOf(owner)
    const isIndexed = owner === undefined && end !== Infinity
    for (let index = isIndexed ? end - this.#base : rows.length; index > 0; index -= 1) {
      const row = rows[index - 1]
      if (row === undefined || row.position >= end || row.visibleAtMs > nowMs) continue
      yield row
    }
  }

  #rowsOf(owner: string): (Row<T> | undefined)[] {
    return (this.#byOwner.get(owner) ?? []).map((id) => this.#rows.get(id))
  }

  #compact(): void {
    while (this.#start < this.#order.length && this.#order[this.#start] === undefined) {
      this.#start += 1
    }
    if (this.#start < COMPACT_AT || this.#start * 2 < this.#order.length) return
    this.#order = this.#order.slice(this.#start)
    this.#base += this.#start
    this.#start = 0
  }
}
