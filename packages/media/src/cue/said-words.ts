import type { ClipWindow } from '../clip/clip-window.ts'
import type { ClipWords, SaidWords } from '../clip/clip-desk.ts'
import type { MediaTimeline } from './cue.ts'
import type { CueLog } from './cue-log.ts'

/** A cue by the clock that playlists name. */
export interface PlacedCue {
  readonly language: string
  readonly startAtMs: number
  readonly endAtMs: number
  readonly text: string
}

/** The words of clips, from the edge's own log. */
export function wordsOfLog(
  cues: Pick<CueLog, 'languages' | 'cues'>,
  timeline: Pick<MediaTimeline, 'beganAtMs'>,
): ClipWords {
  return {
    async said(timelineId, span) {
      const beganAtMs = timeline.beganAtMs(timelineId)
      if (beganAtMs === null) return []
      const placed = cues.languages.flatMap((language) =>
        cues.cues(language, timelineId).map(({ startMs, endMs, text }) => {
          return { language, startAtMs: startMs + beganAtMs, endAtMs: endMs + beganAtMs, text }
        }),
      )
      return wordsWithin(placed, span)
    },
  }
}

/** What was said in a stretch, in its own time, by language. */
export function wordsWithin(
  cues: readonly PlacedCue[],
  { fromMs, toMs }: ClipWindow,
): readonly SaidWords[] {
  const said = cues.flatMap(({ language, startAtMs, endAtMs, text }) => {
    if (endAtMs <= fromMs || startAtMs >= toMs) return []
    const startMs = Math.max(0, startAtMs - fromMs)
    return [{ language, cue: { startMs, endMs: Math.min(toMs, endAtMs) - fromMs, text } }]
  })
  const byLanguage = Map.groupBy(said, ({ language }) => language)
  return [...byLanguage].map(([language, list]) => {
    return { language, cues: list.map(({ cue }) => cue) }
  })
}
