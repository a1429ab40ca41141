import type { Cue } from './cue.ts'
import { writeWebVtt } from './write-webvtt.ts'

/** How long a part of a caption rendition is: what is late is late by no more than this. */
export const CAPTION_PART_MS = 500

/** How much of the show a caption playlist reaches back. */
export const CAPTION_WINDOW_MS = 60_000

/** How a rendition is addressed: parts lie beside the playlist. */
export interface CaptionWindow {
  readonly timelineId: string
  /** Up to where words are complete: the newest frame, less what captioners need. */
  readonly headMs: number
}

/**
 * The playlist of a caption rendition. Its parts are numbered by media time from the beginning of
 * the run, so that every edge and every restart gives the same number to the same words. [CP4]
 */
export function captionPlaylist({ timelineId, headMs }: CaptionWindow): string {
  const end = Math.floor(headMs / CAPTION_PART_MS)
  const first = Math.max(0, end - CAPTION_WINDOW_MS / CAPTION_PART_MS)
  const name = encodeURIComponent(timelineId)
  const parts = Array.from({ length: Math.max(0, end - first) }, (_, at) => {
    return `#EXTINF:${(CAPTION_PART_MS / 1_000).toFixed(3)},\n${name}/${first + at}.vtt\n`
  })
  const head = [
    '#EXTM3U',
    '#EXT-X-VERSION:6',
    '#EXT-X-TARGETDURATION:1',
    `#EXT-X-MEDIA-SEQUENCE:${first}`,
  ]
  return `${head.join('\n')}\n${parts.join('')}`
}

/** One part: every cue that is shown at some moment of it. */
export function captionPart(cues: readonly Cue[], number: number): string {
  const [fromMs, toMs] = [number * CAPTION_PART_MS, (number + 1) * CAPTION_PART_MS]
  const shown = cues.filter(({ startMs, endMs }) => startMs < toMs && endMs > fromMs)
  return writeWebVtt(shown, { timestampMap: true })
}
