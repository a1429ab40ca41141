/** A frame that a page has shown. */
export interface ShownFrame {
  readonly atMs: number
  /** The squares at the top of its picture, `true` for white. */
  readonly cells: readonly boolean[]
}

/** What is collected in the page. */
export interface FrameWatch {
  /** When the page began to load. */
  readonly beganAtMs: number
  /** The frames since they were last taken away. */
  readonly frames: ShownFrame[]
  /** Captions that came up, and the frame that was on the screen. */
  readonly captions: { readonly text: string; readonly atMs: number }[]
  stalls: number
}

declare global {
  var frameWatch: FrameWatch
}

/**
 * Runs in the page, from its beginning: notes each frame when it is shown, with the clock that is
 * burnt into it. It stands alone, because it is sent there as a text.
 */
export function watchFrames(cellCount: number): void {
  const beganAtMs = performance.timeOrigin
  globalThis.frameWatch = { beganAtMs, frames: [], captions: [], stalls: 0 }
  const { frames, captions } = globalThis.frameWatch
  const side = 4
  const canvas = document.createElement('canvas')
  canvas.width = cellCount * side
  canvas.height = side
  const context = canvas.getContext('2d', { willReadFrequently: true })
  const follow = (video: HTMLVideoElement) => {
    const look = () => {
      const { videoWidth } = video
      const target = [0, 0, canvas.width, canvas.height] as const
      context?.drawImage(video, 0, 0, videoWidth, videoWidth / cellCount, ...target)
      const pixels = context?.getImageData(...target).data
      const isWhite = (at: number) => (pixels?.[(2 * canvas.width + at * side + 2) * 4] ?? 0) > 127
      const cells = Array.from({ length: cellCount }, (_, at) => isWhite(at))
      frames.push({ atMs: Date.now(), cells })
      video.requestVideoFrameCallback(look)
    }
    video.requestVideoFrameCallback(look)
    video.addEventListener('waiting', () => globalThis.frameWatch.stalls++)
    video.textTracks.addEventListener('addtrack', ({ track }) => {
      track?.addEventListener('cuechange', () => {
        for (const cue of track.activeCues ?? []) {
          captions.push({ text: (cue as VTTCue).text, atMs: Date.now() })
        }
      })
    })
  }
  const find = setInterval(() => {
    const video = document.querySelector('video')
    if (video === null) return
    clearInterval(find)
    follow(video)
  }, 10)
}
