import type { IngestStatus } from '@nightmarket/media/ingest'

import { relativeTime } from '../terminal/format.ts'

/** How the encoder of a show stands with an edge, for whoever sends the picture. */
export function encoderStatusText(status: IngestStatus, nowMs: number): string {
  const { isPublishing, via, sinceMs, flaws, lastRefusal } = status
  const since = sinceMs === null ? '' : `, since ${relativeTime(sinceMs, nowMs)}`
  const state = isPublishing
    ? `  live over ${via?.toUpperCase()}${since}: ${readingText(status)}`
    : `  none is live${since}`
  const refused =
    lastRefusal === null
      ? []
      : [`  turned away ${relativeTime(lastRefusal.atMs, nowMs)}: ${lastRefusal.text}`]
  return ['Encoder', state, ...flaws.map(({ text }) => `  ! ${text}`), ...refused].join('\n')
}

function readingText({ reading }: IngestStatus): string {
  if (reading === null) return 'nothing measured yet'
  const { size, framesPerSecond, bitsPerSecond, keyframeEveryMs, loudnessLufs } = reading
  const parts = [
    size === null ? null : `${size.width}×${size.height}`,
    framesPerSecond === null ? null : `${framesPerSecond} pictures a second`,
    bitsPerSecond === null ? null : `${(bitsPerSecond / 1_000_000).toFixed(1)} Mbps`,
    keyframeEveryMs === null ? null : `a keyframe every ${(keyframeEveryMs / 1_000).toFixed(1)} s`,
    loudnessLufs === null ? null : `${loudnessLufs.toFixed(0)} LUFS`,
  ]
  const known = parts.filter((part) => part !== null)
  return known.length === 0 ? 'nothing measured yet' : known.join(', ')
}
