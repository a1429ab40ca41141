/** A frame of the show, as overlays and captions name it. */
export interface FrameMoment {
  readonly timelineId: string
  readonly mediaTimeMs: number
  /** The edge's clock when that frame was made: for a playlist that does not name its runs. */
  readonly arrivedAtMs?: number
}

/** What a stream's playlist says of a stretch of it. */
export interface StreamTime {
  /** The edge's clock at a time of the video element, in milliseconds; `null`: not known yet. */
  atMsOf(currentTime: number): number | null
  /** When a run of the stream began, by the edge's clock; `null` for one that is not known. */
  beganAtMs(timelineId: string): number | null
}

/** The clock of the picture: what is bound to a frame happens when that frame is seen. */
export interface MediaClock {
  /** The edge's clock when the frame on the screen arrived there; `null` without a picture. */
  nowMs(): number | null
  /**
   * Run `work` once when the frame of a moment is on the screen; at once when it was, and also when
   * nothing is known of when it was made, for better early than never. The returned function
   * cancels.
   */
  at(moment: FrameMoment, work: () => void): () => void
  close(): void
}

/** How often the clock looks where the browser does not tell of frames, and when it is paused. */
const LOOK_MS = 100

/** Follow the frames that a video element shows. */
export function createMediaClock(video: HTMLVideoElement, time: StreamTime): MediaClock {
  const waiting = new Set<{ readonly moment: FrameMoment; readonly work: () => void }>()
  let [handle, shown] = [0, null as number | null]
  const look = () => {
    for (const each of waiting) {
      if (!isReached(each.moment, shown, time)) continue
      waiting.delete(each)
      each.work()
    }
  }
  const onFrame: VideoFrameRequestCallback = (_, { mediaTime }) => {
    shown = time.atMsOf(mediaTime)
    look()
    handle = video.requestVideoFrameCallback(onFrame)
  }
  const hasFrames = 'requestVideoFrameCallback' in video
  if (hasFrames) handle = video.requestVideoFrameCallback(onFrame)
  const timer = setInterval(() => {
    shown = time.atMsOf(video.currentTime)
    look()
  }, LOOK_MS)
  return {
    nowMs: () => shown,
    at(moment, work) {
      const each = { moment, work }
      waiting.add(each)
      look()
      return () => waiting.delete(each)
    },
    close() {
      clearInterval(timer)
      if (hasFrames) video.cancelVideoFrameCallback(handle)
      waiting.clear()
    },
  }
}

/** Whether the picture has come to a moment. */
export function isReached(
  { timelineId, mediaTimeMs, arrivedAtMs }: FrameMoment,
  shownAtMs: number | null,
  time: Pick<StreamTime, 'beganAtMs'>,
): boolean {
  const beganAtMs = time.beganAtMs(timelineId)
  const dueMs = beganAtMs === null ? arrivedAtMs : beganAtMs + mediaTimeMs
  return dueMs === undefined || (shownAtMs !== null && shownAtMs >= dueMs)
}
