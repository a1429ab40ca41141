/** A segment as a media playlist names it. */
export interface StreamSegment {
  readonly name: string
  readonly startAtMs: number
  readonly durationMs: number
}

/** Segments of one run of a stream. */
export interface StreamRun {
  /** Names the run by its place in the playlist's count of discontinuities. */
  readonly timelineId: string
  readonly initName: string
  readonly segments: readonly StreamSegment[]
}

/** A media playlist, as far as clips need it. */
export interface ParsedStream {
  /** The number of its first segment, and how many breaks were before. */
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly runs: readonly StreamRun[]
  readonly isOver: boolean
}

/** A file name and nothing else: what is outside of the folder is never read. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/**
 * Read a media playlist with program date-times and fMP4 segments. Segments that cannot be placed
 * in time, or lie elsewhere, are left out. [SF1]
 */
export function parseStream(text: string): ParsedStream {
  const runs: { timelineId: string; initName: string; segments: StreamSegment[] }[] = []
  let [isNew, count, durationMs, initName] = [true, 0, 0, '']
  let atMs: number | null = null
  for (const line of text.split(/\r?\n/)) {
    const [tag = '', value = ''] = /^(#[A-Z-]+)(?::(.*))?$/.exec(line)?.slice(1) ?? []
    if (tag === '#EXT-X-DISCONTINUITY-SEQUENCE') count = Number(value) || 0
    if (tag === '#EXT-X-DISCONTINUITY') {
      count++
      isNew = true
    }
    if (tag === '#EXT-X-MAP') {
      const name = /URI="([^"]+)"/.exec(value)?.[1] ?? ''
      isNew ||= name !== initName
      initName = name
    }
    if (tag === '#EXTINF') durationMs = Number.parseFloat(value) * 1_000
    if (tag === '#EXT-X-PROGRAM-DATE-TIME') atMs = dateMs(value)
    if (line === '' || line.startsWith('#')) continue
    const isPlaced = atMs !== null && durationMs > 0
    if (isPlaced && NAME.test(line) && NAME.test(initName)) {
      if (isNew) runs.push({ timelineId: `run-${count}`, initName, segments: [] })
      isNew = false
      runs.at(-1)?.segments.push({ name: line, startAtMs: Math.round(atMs ?? 0), durationMs })
    }
    if (atMs !== null) atMs += durationMs
  }
  const numberOf = (tag: string) => Number(new RegExp(`^#${tag}:(\\d+)`, 'm').exec(text)?.[1] ?? 0)
  const mediaSequence = numberOf('EXT-X-MEDIA-SEQUENCE')
  const discontinuitySequence = numberOf('EXT-X-DISCONTINUITY-SEQUENCE')
  return { mediaSequence, discontinuitySequence, runs, isOver: text.includes('#EXT-X-ENDLIST') }
}

/** ffmpeg writes its zone without a colon. */
function dateMs(text: string): number | null {
  const ms = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isFinite(ms) ? ms : null
}
