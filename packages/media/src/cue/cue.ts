import { z } from 'zod'

import { languageTag } from '../clip/clip.ts'

/** The longest text of a cue, in characters: two lines, and what a slow captioner adds. */
export const CUE_TEXT_MAX = 400

/** The longest that a cue is shown. */
export const CUE_MS_MAX = 30_000

/** Words of the show, and from when to when they are shown. */
export const cueRecord = z.strictObject({
  cueId: z.string().min(1).max(128),
  language: languageTag,
  /** Which run of the stream its times count in. */
  timelineId: z.string().min(1).max(128),
  startMs: z.int().min(0),
  endMs: z.int().min(1),
  text: z.string().min(1).max(CUE_TEXT_MAX),
  receivedAtMs: z.int().min(0),
  /** How long after its first frame a cue came; `null` when that frame is not known. */
  latenessMs: z.int().nullable(),
})

/** Words of the show by media time. */
export type Cue = z.output<typeof cueRecord>

/** A cue as a captioner sends it, in milliseconds since the origin that it names. */
export interface SentCue {
  readonly cueId: string | null
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

/** Where moments of the edge's clock are in the stream, and back. */
export interface MediaTimeline {
  /** The frame that arrived at a moment; `null` when none did. */
  locate(atMs: number): { readonly timelineId: string; readonly mediaTimeMs: number } | null
  /** When a run of the stream began, by the edge's clock; `null` for one that is not known. */
  beganAtMs(timelineId: string): number | null
  /** The newest frame. */
  head(): { readonly timelineId: string; readonly mediaTimeMs: number } | null
}
