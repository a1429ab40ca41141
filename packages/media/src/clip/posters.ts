import { takePoster, type FfmpegFailure } from '../ffmpeg/run-ffmpeg.ts'
import type { Clip } from './clip.ts'
import type { ClipShelf } from './clip-shelf.ts'

/** What posters are made with. */
export interface PosterDeps {
  readonly shelf: ClipShelf
  /** Aborts when the server closes: the encoder that works then is ended. */
  readonly closing: AbortSignal
  readonly onTrouble: (facts: object, message: string) => void
  /** How long one may take. */
  readonly posterMsMax?: number
}

/** A machine whose processors are all taken needs so long for a picture. */
const POSTER_MS_MAX = 60_000

/** A clip's own trouble, which says nothing of the next one's. */
const TRY_ON: ReadonlySet<FfmpegFailure['code']> = new Set(['ffmpeg_failed', 'ffmpeg_late'])

/**
 * Makes the posters of clips, one after the other, beside the clips themselves: a clip is there
 * before its poster is. One that ran out of time is made after the next clip, or after a restart;
 * a machine without ffmpeg has none, and says so. [CL3]
 */
export class Posters implements AsyncDisposable {
  readonly #deps: PosterDeps
  #missing: string[] = []
  #last: Promise<void> = Promise.resolve()

  constructor(deps: PosterDeps) {
    this.#deps = deps
    const bare = deps.shelf.clips.filter(({ posterHash }) => posterHash === null)
    this.#queue(bare.map(({ clipId }) => clipId))
  }

  /** Make a clip's poster, and those that are still missing. */
  add(clip: Clip): void {
    this.#queue([clip.clipId, ...this.#missing.splice(0)])
  }

  /** Resolves when nothing is in the making any more: what has no poster by then stays without. */
  async settled(): Promise<void> {
    for (let last = null; last !== this.#last; ) {
      last = this.#last
      await last
    }
  }

  #queue(clipIds: readonly string[]): void {
    const waiting = [...clipIds]
    this.#last = this.#last.then(async () => {
      for (let clipId = waiting.shift(); clipId !== undefined; clipId = waiting.shift()) {
        if (!(await this.#make(clipId))) break
      }
      this.#missing.push(...waiting)
    })
  }

  /** Whether the next one is worth a try: not without an ffmpeg, nor while the edge closes. */
  async #make(clipId: string): Promise<boolean> {
    const { shelf, onTrouble, closing, posterMsMax = POSTER_MS_MAX } = this.#deps
    try {
      const clip = shelf.get(clipId)
      const path = clip === null ? null : shelf.pathOf(`${clip.file.hash}.mp4`)
      if (clip === null || path === null) return true
      const options = { timeoutMs: posterMsMax, signal: closing }
      const taken = await takePoster(path, clip.durationMs, options)
      if (taken.ok) await this.#keep(clipId, taken.output)
      else this.#tell(clipId, taken)
      return taken.ok || TRY_ON.has(taken.code)
    } catch (error) {
      onTrouble({ clipId, err: error }, 'a poster failed')
      return true
    }
  }

  #tell(clipId: string, { code, reason }: FfmpegFailure): void {
    if (code === 'ffmpeg_stopped') return
    if (code !== 'ffmpeg_failed') this.#missing.push(clipId)
    this.#deps.onTrouble({ clipId, reason }, `a clip has no poster: ${code}`)
  }

  async #keep(clipId: string, picture: Buffer): Promise<void> {
    const { shelf } = this.#deps
    const posterHash = await shelf.keepFile(picture, 'jpg')
    const now = shelf.get(clipId)
    if (now !== null) await shelf.keep({ ...now, posterHash })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.settled()
  }
}
