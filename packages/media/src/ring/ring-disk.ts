import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

import { OpenSegment, type NewPart } from './open-segment.ts'
import {
  dropOldest,
  INDEX_NAME,
  readRingIndex,
  writeRingIndex,
  type RecordedSegment,
  type RingIndex,
} from './ring-index.ts'

/** How much is kept. */
export interface RingBounds {
  readonly bytesMax: number
  readonly ageMsMax: number
}

/** The sizes of a ring that nobody has set: an evening at a good rate. */
export const RING_BOUNDS: RingBounds = { bytesMax: 4 * 2 ** 30, ageMsMax: 4 * 3_600_000 }

/** A segment to keep, with what its timeline needs to be played. */
export interface NewSegment {
  readonly segment: RecordedSegment
  readonly bytes: Uint8Array
  readonly init: Uint8Array
}

/** What became of keeping a segment. */
export interface Kept {
  /** Segments that were dropped for want of disk, not of age. */
  readonly droppedForDisk: number
  /** Why it could not be kept at all; `null` when it is. */
  readonly failure: string | null
}

/**
 * A recording on disk: files that are whole or absent, and an index that names only those. Works
 * synchronously and belongs on a thread of its own. [RI2, RI3, RI4]
 */
export class RingDisk {
  readonly #folder: string
  readonly #bounds: RingBounds
  readonly #sizes = new Map<string, number>()
  readonly #open: OpenSegment
  #index: RingIndex

  constructor(folder: string, bounds: RingBounds) {
    this.#folder = folder
    this.#bounds = bounds
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    this.#open = new OpenSegment(folder)
    this.#index = this.#recover()
    this.#finish()
  }

  /** What is recorded. */
  get index(): RingIndex {
    return this.#index
  }

  /**
   * Keep a part of the segment in the making. A disk that has no room for it says so with the whole
   * segment, which makes room.
   */
  keepPart(part: NewPart): void {
    try {
      this.#open.add(part)
    } catch {
      this.#open.clear()
    }
  }

  /** Keep a segment. Makes room when the disk is full, and says so. */
  keep({ segment, bytes, init }: NewSegment): Kept {
    for (let droppedForDisk = 0; ; droppedForDisk++) {
      try {
        if (!this.#sizes.has(segment.initName)) this.#write(segment.initName, init)
        this.#write(segment.name, bytes)
        const index = { ...this.#index, segments: [...this.#index.segments, segment] }
        this.#writeIndex(index)
        this.#index = index
        this.#open.clear()
        this.#trim(segment.startAtMs)
        return { droppedForDisk, failure: null }
      } catch (error) {
        const { code = 'unknown' } = error as NodeJS.ErrnoException
        this.#remove(segment.name)
        const isFull = code === 'ENOSPC' || code === 'EDQUOT'
        if (!isFull || this.#index.segments.length === 0) return { droppedForDisk, failure: code }
        this.#dropFirst()
      }
    }
  }

  /** What a crash left of the segment in the making is a shorter segment. */
  #finish(): void {
    const left = this.#open.left()
    const isKept = this.#index.segments.some(({ name }) => name === left?.segment.name)
    if (left !== null && !isKept) this.keep(left)
    this.#open.clear()
  }

  /** The index is what a crash leaves: files that it does not name are swept away. */
  #recover(): RingIndex {
    const found = readdirSync(this.#folder)
    const told = found.includes(INDEX_NAME)
      ? readRingIndex(readFileSync(join(this.#folder, INDEX_NAME), 'utf8'))
      : { mediaSequence: 0, discontinuitySequence: 0, segments: [] }
    const there = new Set(found)
    const lost = told.segments.findLastIndex(
      ({ name, initName }) => !there.has(name) || !there.has(initName),
    )
    let index: RingIndex = told
    for (let dropped = 0; dropped <= lost; dropped++) index = dropOldest(index)
    const named = new Set(index.segments.flatMap(({ name, initName }) => [name, initName]))
    for (const name of found.filter((each) => /\.(m4s|mp4|new)$/.test(each))) {
      if (named.has(name)) this.#sizes.set(name, statSync(join(this.#folder, name)).size)
      else rmSync(join(this.#folder, name), { force: true })
    }
    return index
  }

  #trim(nowMs: number): void {
    let bytes = [...this.#sizes.values()].reduce((sum, each) => sum + each, 0)
    for (;;) {
      const [oldest, next] = this.#index.segments
      if (oldest === undefined || next === undefined) return
      const isOld = nowMs - oldest.startAtMs > this.#bounds.ageMsMax
      if (!isOld && bytes <= this.#bounds.bytesMax) return
      bytes -= this.#sizes.get(oldest.name) ?? 0
      this.#dropFirst()
    }
  }

  /** The index forgets a segment before its file goes, so that it never names what is not there. */
  #dropFirst(): void {
    const [oldest] = this.#index.segments
    this.#index = dropOldest(this.#index)
    if (oldest === undefined) return
    try {
      this.#writeIndex(this.#index)
    } catch (error) {
      // A full disk takes no index either: the room comes from the file that goes.
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
    }
    this.#remove(oldest.name)
    const isUsed = this.#index.segments.some(({ initName }) => initName === oldest.initName)
    if (!isUsed) this.#remove(oldest.initName)
  }

  #writeIndex(index: RingIndex): void {
    this.#writeWhole(INDEX_NAME, writeRingIndex(index))
  }

  #write(name: string, bytes: Uint8Array): void {
    this.#writeWhole(name, bytes)
    this.#sizes.set(name, bytes.length)
  }

  #writeWhole(name: string, content: Uint8Array | string): void {
    const draft = join(this.#folder, `${name}.new`)
    const file = openSync(draft, 'w', 0o600)
    try {
      writeFileSync(file, content)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(draft, join(this.#folder, name))
  }

  #remove(name: string): void {
    this.#sizes.delete(name)
    rmSync(join(this.#folder, name), { force: true })
    rmSync(join(this.#folder, `${name}.new`), { force: true })
  }
}
