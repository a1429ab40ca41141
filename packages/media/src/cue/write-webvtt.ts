/** What stands in a WebVTT file. */
export interface WrittenCue {
  readonly startMs: number
  readonly endMs: number
  readonly text: string
}

/**
 * Write cues as WebVTT. A part of a live rendition has `timestampMap`: one constant origin, so that
 * local time is the stream's own from its first frame to its last. [CP4]
 */
export function writeWebVtt(
  cues: readonly WrittenCue[],
  options: { readonly timestampMap?: boolean } = {},
): string {
  const map = options.timestampMap === true ? '\nX-TIMESTAMP-MAP=MPEGTS:0,LOCAL:00:00:00.000' : ''
  const blocks = cues.map(
    ({ startMs, endMs, text }) =>
      `${timeText(startMs)} --> ${timeText(endMs)}\n${escapeText(text)}\n`,
  )
  return [`WEBVTT${map}\n`, ...blocks].join('\n')
}

function timeText(ms: number): string {
  const pad = (value: number, width: number) => String(value).padStart(width, '0')
  const hours = pad(Math.floor(ms / 3_600_000), 2)
  const minutes = pad(Math.floor(ms / 60_000) % 60, 2)
  return `${hours}:${minutes}:${pad(Math.floor(ms / 1_000) % 60, 2)}.${pad(ms % 1_000, 3)}`
}

/** An arrow or an empty line would begin another cue. */
function escapeText(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/\n\s*\n+/g, '\n')
}
