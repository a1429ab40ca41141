import type { Cue } from './cue.ts'
import { writeWebVtt } from './write-webvtt.ts'

/** The segments of the picture, by which its words are cut too. */
export interface CaptionedStream {
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly runs: readonly {
    readonly timelineId: string
    readonly segments: readonly { readonly startAtMs: number; readonly durationMs: number }[]
  }[]
}

/** A stretch of a run, in its media time. */
export interface CaptionPart {
  readonly timelineId: string
  readonly fromMs: number
  readonly toMs: number
}

/** How many segments the playlist of the newest words names. */
const LIVE_SEGMENTS = 20

/** No segment of the picture is longer. */
const TARGET_SECONDS = 4

/**
 * The playlist of a caption rendition: the picture's segments under the picture's numbers, each
 * named by its run and media time, so that they are the same after a restart. [CP4]
 */
export function captionPlaylist(
  stream: CaptionedStream,
  options: {
    readonly isReplay: boolean
    readonly beganAtMs: (timelineId: string) => number | null
  },
): string {
  const all = stream.runs.flatMap(({ timelineId, segments }, run) =>
    segments.map((segment, at) => ({ ...segment, timelineId, isBreak: run > 0 && at === 0 })),
  )
  const left = options.isReplay ? 0 : Math.max(0, all.length - LIVE_SEGMENTS)
  const shown = all.slice(left)
  const breaks = all.slice(0, left + 1).filter(({ isBreak }) => isBreak).length
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    `#EXT-X-TARGETDURATION:${TARGET_SECONDS}`,
    `#EXT-X-MEDIA-SEQUENCE:${stream.mediaSequence + left}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${stream.discontinuitySequence + breaks}`,
  ]
  const body = shown.flatMap(({ timelineId, startAtMs, durationMs, isBreak }, at) => {
    const fromMs = Math.max(0, startAtMs - (options.beganAtMs(timelineId) ?? startAtMs))
    const part = { timelineId, fromMs, toMs: fromMs + durationMs }
    return [
      ...(isBreak && at > 0 ? ['#EXT-X-DISCONTINUITY'] : []),
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(startAtMs).toISOString()}`,
      `#EXTINF:${(durationMs / 1_000).toFixed(3)},`,
      captionPartName(part),
    ]
  })
  return `${[...head, ...body].join('\n')}\n`
}

function captionPartName({ timelineId, fromMs, toMs }: CaptionPart): string {
  return `${encodeURIComponent(timelineId)}/${Math.round(fromMs)}-${Math.round(toMs)}.vtt`
}

/** Which stretch a name is of, without its run; `null`: no part has such a name. */
export function parseCaptionPart(name: string): Omit<CaptionPart, 'timelineId'> | null {
  const [, from, to] = /^(\d{1,9})-(\d{1,9})\.vtt$/.exec(name) ?? []
  const [fromMs, toMs] = [Number(from), Number(to)]
  return toMs > fromMs ? { fromMs, toMs } : null
}

/** One part: every cue that is shown at some moment of it. */
export function captionPart(
  cues: readonly Cue[],
  { fromMs, toMs }: Pick<CaptionPart, 'fromMs' | 'toMs'>,
): string {
  const shown = cues.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
  return writeWebVtt(shown, { timestampMap: true })
}
