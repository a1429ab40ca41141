/** A part as the playlist names it. */
export interface ListedPart {
  readonly name: string
  readonly durationMs: number
  readonly isIndependent: boolean
}

/** A segment as the playlist names it; the open one has no duration yet. */
export interface ListedSegment {
  readonly name: string
  readonly initName: string
  readonly startAtMs: number
  readonly durationMs: number | null
  /** Whether another timeline begins with it. */
  readonly isBreak: boolean
  /** Empty once players are not expected to want them any more. */
  readonly parts: readonly ListedPart[]
}

/** How far another rendition of the same show is. */
export interface RenditionReport {
  /** Its playlist, from where this one lies. */
  readonly uri: string
  readonly msn: number
  readonly part: number
}

/** What a playlist says. */
export interface LivePlaylist {
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly partMs: number
  readonly segments: readonly ListedSegment[]
  /** The part that comes next; `null` when nothing does. */
  readonly hint: string | null
  readonly reports: readonly RenditionReport[]
}

/** No segment is longer, so that this never changes. [HL1] */
export const TARGET_SECONDS = 4

/** Parts are named in the newest segments only; further back nobody wants them. */
const SEGMENTS_WITH_PARTS = 3
/** FLV's whole milliseconds make a part a little longer than it was meant to be. */
const ROUNDING_MS = 5
/** What a delta update may leave out is older than six target durations. */
const SKIP_SECONDS = 6 * TARGET_SECONDS

/** The text of a live playlist, whole or as a delta update. [HL1, HL2, HL3] */
export function writeLivePlaylist(playlist: LivePlaylist, isDelta: boolean): string {
  const { segments, partMs, hint, mediaSequence, discontinuitySequence } = playlist
  const skipped = isDelta ? skippable(segments) : 0
  const holdBack = Math.max((partMs * 3) / 1_000, 0.6).toFixed(3)
  const control = `CAN-BLOCK-RELOAD=YES,PART-HOLD-BACK=${holdBack}`
  const lines = [
    '#EXTM3U',
    '#EXT-X-VERSION:9',
    `#EXT-X-TARGETDURATION:${TARGET_SECONDS}`,
    `#EXT-X-SERVER-CONTROL:${control},CAN-SKIP-UNTIL=${SKIP_SECONDS}.0`,
    `#EXT-X-PART-INF:PART-TARGET=${((partMs + ROUNDING_MS) / 1_000).toFixed(3)}`,
    `#EXT-X-MEDIA-SEQUENCE:${mediaSequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`,
    ...(skipped > 0 ? [`#EXT-X-SKIP:SKIPPED-SEGMENTS=${skipped}`] : []),
  ]
  const isEnded = typeof segments.at(-1)?.durationMs === 'number'
  const partsFrom = segments.length - SEGMENTS_WITH_PARTS + (isEnded ? 1 : 0)
  let initName = ''
  segments.forEach((segment, index) => {
    // A delta names its init again: not every reader has kept the list that it is a part of.
    if (index < skipped) return
    const hasParts = index >= partsFrom
    lines.push(...segmentLines(segment, { initName, isFirst: index === 0, hasParts }))
    initName = segment.initName
  })
  // What follows a closed end is another timeline: who counts runs counts it now. [HL4]
  if (isEnded) lines.push('#EXT-X-DISCONTINUITY')
  if (hint !== null) lines.push(`#EXT-X-PRELOAD-HINT:TYPE=PART,URI="${hint}"`)
  lines.push(...playlist.reports.map(reportLine))
  return `${lines.join('\n')}\n`
}

function segmentLines(
  segment: ListedSegment,
  at: { readonly initName: string; readonly isFirst: boolean; readonly hasParts: boolean },
): readonly string[] {
  const { name, initName, startAtMs, durationMs, isBreak, parts } = segment
  const listed = at.hasParts ? parts : []
  if (durationMs === null && listed.length === 0) return []
  return [
    ...(isBreak && !at.isFirst ? ['#EXT-X-DISCONTINUITY'] : []),
    ...(initName === at.initName ? [] : [`#EXT-X-MAP:URI="${initName}"`]),
    `#EXT-X-PROGRAM-DATE-TIME:${new Date(startAtMs).toISOString()}`,
    ...listed.map(partLine),
    ...(durationMs === null ? [] : [`#EXTINF:${(durationMs / 1_000).toFixed(3)},`, name]),
  ]
}

function partLine({ name, durationMs, isIndependent }: ListedPart): string {
  const independent = isIndependent ? ',INDEPENDENT=YES' : ''
  return `#EXT-X-PART:DURATION=${(durationMs / 1_000).toFixed(3)},URI="${name}"${independent}`
}

function reportLine({ uri, msn, part }: RenditionReport): string {
  return `#EXT-X-RENDITION-REPORT:URI="${uri}",LAST-MSN=${msn},LAST-PART=${part}`
}

function skippable(segments: readonly ListedSegment[]): number {
  let seconds = 0
  for (let index = segments.length - 1; index >= 0; index--) {
    seconds += (segments[index]?.durationMs ?? 0) / 1_000
    if (seconds > SKIP_SECONDS) return index
  }
  return 0
}
