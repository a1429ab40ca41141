import type { FlvContent, VideoConfig, VideoFrame } from '../flv/read-tag.ts'

/** A still picture as it is shown over and over: some seconds of coded frames. */
export interface Slate {
  readonly video: VideoConfig
  readonly frames: readonly VideoFrame[]
  readonly loopMs: number
}

/** A slate of what was encoded once; `null` when that is no whole picture. */
export function slateOf(contents: Iterable<FlvContent>): Slate | null {
  let video: VideoConfig | null = null
  const frames: VideoFrame[] = []
  for (const content of contents) {
    if (content.kind === 'video-config') video = content
    if (content.kind === 'video') frames.push(content)
  }
  const [first, second, last] = [frames[0], frames[1], frames.at(-1)]
  if (video === null || !first?.isKeyframe || second === undefined) return null
  const frameMs = Math.max(1, second.timestampMs - first.timestampMs)
  const loopMs = (last?.timestampMs ?? 0) - first.timestampMs + frameMs
  const placed = frames.map((frame) => {
    return { ...frame, timestampMs: frame.timestampMs - first.timestampMs }
  })
  return { video, frames: placed, loopMs }
}

/** Hands out a slate's frames by the clock, without end. [SX2] */
export class SlateLoop {
  readonly slate: Slate
  #next = 0

  constructor(slate: Slate) {
    this.slate = slate
  }

  /** The frames until a moment since it began that were not handed out before. */
  take(untilMs: number): readonly VideoFrame[] {
    const { frames, loopMs } = this.slate
    const due: VideoFrame[] = []
    for (;;) {
      const frame = frames[this.#next % frames.length]
      const turn = Math.floor(this.#next / frames.length)
      if (frame === undefined || frame.timestampMs + turn * loopMs > untilMs) return due
      due.push({ ...frame, timestampMs: frame.timestampMs + turn * loopMs })
      this.#next++
    }
  }
}
