import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { z } from 'zod'

import { clipTitle } from './clip.ts'

const reelWish = z.strictObject({
  reelId: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  clipIds: z.array(z.string().max(64)).min(1).max(100),
  title: clipTitle,
})

/** A reel that somebody asked for. */
export type ReelWish = z.output<typeof reelWish>

/** Reels that were asked for and are not made yet, on disk: a restart makes them. [CL12] */
export class ReelWishes {
  readonly #folder: string

  constructor(folder: string) {
    this.#folder = folder
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const wanted = new Set(this.all.map(({ reelId }) => reelId))
    const places = readdirSync(folder, { withFileTypes: true }).filter((it) => it.isDirectory())
    for (const { name } of places) {
      if (!wanted.has(name)) rmSync(join(folder, name), { recursive: true, force: true })
    }
  }

  /** What is still to be made. A record that a crash left half written is none. */
  get all(): readonly ReelWish[] {
    return readdirSync(this.#folder)
      .filter((name) => name.endsWith('.json'))
      .flatMap((name) => {
        const parsed = reelWish.safeParse(parseJson(readFileSync(join(this.#folder, name), 'utf8')))
        return parsed.success ? [parsed.data] : []
      })
  }

  /** Remember a wish. */
  keep(wish: ReelWish): void {
    const path = this.#path(wish.reelId)
    writeFileSync(`${path}.part`, JSON.stringify(wish), { mode: 0o600, flush: true })
    renameSync(`${path}.part`, path)
  }

  /** Where the pieces of a reel are kept for as long as it is wished. */
  piecesOf(reelId: string): string {
    return join(this.#folder, reelId)
  }

  /** It is made, or cannot be: its pieces go as well. */
  forget(reelId: string): void {
    rmSync(this.#path(reelId), { force: true })
    rmSync(this.piecesOf(reelId), { recursive: true, force: true })
  }

  #path(reelId: string): string {
    return join(this.#folder, `${reelId}.json`)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return null
    throw error
  }
}
