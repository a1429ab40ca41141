import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'

import { err, ok, type Result } from '@nightmarket/kernel'

import { clipRecord, filesOf, type Clip } from './clip.ts'

/** How much a shelf holds. */
export interface ShelfLimits {
  readonly clipsMax: number
  readonly bytesMax: number
}

/** What suits a box at a venue: a season of evenings. */
export const SHELF_LIMITS: ShelfLimits = { clipsMax: 1_000, bytesMax: 20 * 2 ** 30 }

/** Why nothing is kept any more: everything there is somebody's receipt, or published. */
export interface ShelfFull {
  readonly code: 'shelf_full'
  readonly clips: number
  readonly bytes: number
}

/** A record that was found damaged, and was left where it is. */
export interface Damaged {
  readonly name: string
}

/**
 * The clips of an edge on disk: films, posters and captions under the hash of their content, and
 * one small record for each clip, which is there whole or not at all. [CL8]
 */
export class ClipShelf {
  readonly folder: string
  /** Records that could not be read when the shelf was opened. */
  readonly damaged: readonly Damaged[]
  readonly #limits: ShelfLimits
  readonly #clips: Map<string, Clip>

  private constructor(
    folder: string,
    limits: ShelfLimits,
    found: { readonly clips: readonly Clip[]; readonly damaged: readonly Damaged[] },
  ) {
    this.folder = folder
    this.damaged = found.damaged
    this.#limits = limits
    this.#clips = new Map(found.clips.map((clip) => [clip.clipId, clip]))
  }

  /** Open a shelf; what a crash left half done is swept away. */
  static async open(folder: string, limits: ShelfLimits = SHELF_LIMITS): Promise<ClipShelf> {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const names = await readdir(folder)
    const clips: Clip[] = []
    const damaged: Damaged[] = []
    const present = new Set(names)
    for (const name of names.filter((each) => each.endsWith('.json'))) {
      const clip = parseRecord(await readFile(join(folder, name), 'utf8'))
      const isWhole = clip !== null && filesOf(clip).every((file) => present.has(file))
      if (isWhole) clips.push(clip)
      else damaged.push({ name })
    }
    clips.sort((a, b) => a.createdAtMs - b.createdAtMs)
    const shelf = new ClipShelf(folder, limits, { clips, damaged })
    if (damaged.length === 0) await shelf.#sweep(names)
    return shelf
  }

  /** Every clip, the oldest first. */
  get clips(): readonly Clip[] {
    return [...this.#clips.values()]
  }

  /** One clip. */
  get(clipId: string): Clip | null {
    return this.#clips.get(clipId) ?? null
  }

  /** The video receipt of an order. */
  ofOrder(orderId: string): Clip | null {
    return this.clips.find((clip) => clip.orderId === orderId) ?? null
  }

  /** Where a file lies, when a clip needs it: nothing else is ever served. */
  pathOf(name: string): string | null {
    const isKnown = this.clips.some((clip) => filesOf(clip).includes(name))
    return isKnown ? join(this.folder, name) : null
  }

  /** Write a small file under its hash. */
  async keepFile(content: string | Uint8Array, ending: 'vtt' | 'jpg'): Promise<string> {
    const hash = createHash('sha256').update(content).digest('hex')
    await writeWhole(join(this.folder, `${hash}.${ending}`), content)
    return hash
  }

  /**
   * Keep a clip, new or changed; its files are there already. The oldest that are neither
   * published nor a receipt make room. [CL9]
   */
  async keep(clip: Clip): Promise<Result<Clip, ShelfFull>> {
    const isNew = !this.#clips.has(clip.clipId)
    if (isNew && !(await this.#makeRoom(clip.file.bytes))) {
      return err({ code: 'shelf_full', clips: this.#clips.size, bytes: this.bytes })
    }
    await writeWhole(this.#recordPath(clip.clipId), `${JSON.stringify(clip)}\n`)
    this.#clips.set(clip.clipId, clip)
    return ok(clip)
  }

  /** Take a clip away with the files that no other clip needs. */
  async remove(clipId: string): Promise<boolean> {
    const clip = this.#clips.get(clipId)
    if (clip === undefined) return false
    this.#clips.delete(clipId)
    await rm(this.#recordPath(clipId), { force: true })
    for (const name of filesOf(clip)) {
      if (this.pathOf(name) === null) await rm(join(this.folder, name), { force: true })
    }
    return true
  }

  /** What the films take on disk. */
  get bytes(): number {
    return this.clips.reduce((sum, { file }) => sum + file.bytes, 0)
  }

  async #makeRoom(bytes: number): Promise<boolean> {
    const { clipsMax, bytesMax } = this.#limits
    const isRoom = () => this.#clips.size < clipsMax && this.bytes + bytes <= bytesMax
    while (!isRoom()) {
      const spare = this.clips.find((each) => each.publishedAtMs === null && each.orderId === null)
      if (spare === undefined) return false
      await this.remove(spare.clipId)
    }
    return true
  }

  async #sweep(names: readonly string[]): Promise<void> {
    const needed = new Set(this.clips.flatMap((clip) => [`${clip.clipId}.json`, ...filesOf(clip)]))
    for (const name of names.filter((each) => !needed.has(each) && OURS.test(each))) {
      await rm(join(this.folder, name), { force: true })
    }
  }

  #recordPath(clipId: string): string {
    return join(this.folder, `${clipId}.json`)
  }
}

/** Names that only this shelf gives: nothing else in the folder is ever removed. */
const OURS = /^[0-9a-f]{64}\.(mp4|jpg|vtt)(\.part)?$|^[A-Za-z0-9-]{8,64}\.json\.part$/

function parseRecord(text: string): Clip | null {
  try {
    const parsed = clipRecord.safeParse(JSON.parse(text))
    return parsed.success ? parsed.data : null
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}

async function writeWhole(path: string, content: string | Uint8Array): Promise<void> {
  const file = await open(`${path}.part`, 'w', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(`${path}.part`, path)
}
