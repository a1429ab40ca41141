/** A recorded segment: where it lies, and when it was. */
export interface RecordedSegment {
  readonly name: string
  readonly initName: string
  readonly startAtMs: number
  readonly durationMs: number
  /** Whether another timeline begins with it. */
  readonly isBreak: boolean
}

/** What is recorded, oldest first, with the numbers of the first. */
export interface RingIndex {
  readonly mediaSequence: number
  readonly discontinuitySequence: number
  readonly segments: readonly RecordedSegment[]
}

/** The playlist that is the index of a ring. */
export const INDEX_NAME = 'index.m3u8'

/** The index as a media playlist: whoever reads HLS reads a recording. [RI1] */
export function writeRingIndex(index: RingIndex): string {
  const { mediaSequence, discontinuitySequence, segments } = index
  let known = ''
  const body = segments.flatMap(({ name, initName, startAtMs, durationMs, isBreak }, index) => {
    const lines = [
      ...(isBreak && index > 0 ? ['#EXT-X-DISCONTINUITY'] : []),
      ...(initName === known ? [] : [`#EXT-X-MAP:URI="${initName}"`]),
      `#EXT-X-PROGRAM-DATE-TIME:${new Date(startAtMs).toISOString()}`,
      `#EXTINF:${(durationMs / 1_000).toFixed(3)},`,
      name,
    ]
    known = initName
    return lines
  })
  const head = ['#EXTM3U', '#EXT-X-VERSION:7', '#EXT-X-TARGETDURATION:4']
  const numbers = [
    `#EXT-X-MEDIA-SEQUENCE:${mediaSequence}`,
    `#EXT-X-DISCONTINUITY-SEQUENCE:${discontinuitySequence}`,
  ]
  return `${[...head, ...numbers, ...body].join('\n')}\n`
}

/** Read an index back. What is damaged in it ends it there. [RI1] */
export function readRingIndex(text: string): RingIndex {
  const number = (tag: string) => Number(new RegExp(`^#${tag}:(\\d+)$`, 'm').exec(text)?.[1] ?? 0)
  const segments: RecordedSegment[] = []
  let [initName, startAtMs, durationMs, isBreak] = ['', Number.NaN, Number.NaN, false]
  for (const line of text.split('\n')) {
    const [, tag, value = ''] = /^#([A-Z-]+):?(.*)$/.exec(line) ?? []
    if (tag === 'EXT-X-DISCONTINUITY') isBreak = true
    if (tag === 'EXT-X-MAP') initName = /"([\w.-]+)"/.exec(value)?.[1] ?? ''
    if (tag === 'EXT-X-PROGRAM-DATE-TIME') startAtMs = Date.parse(value)
    if (tag === 'EXTINF') durationMs = Math.round(Number.parseFloat(value) * 1_000)
    if (tag !== undefined || line === '') continue
    if (!/^[\w.-]+$/.test(line) || initName === '' || !(startAtMs >= 0 && durationMs >= 0)) break
    segments.push({ name: line, initName, startAtMs, durationMs, isBreak })
    isBreak = false
  }
  const mediaSequence = number('EXT-X-MEDIA-SEQUENCE')
  const discontinuitySequence = number('EXT-X-DISCONTINUITY-SEQUENCE')
  return { mediaSequence, discontinuitySequence, segments }
}

/** The index without its first segment, numbered on. */
export function dropOldest(index: RingIndex): RingIndex {
  const { mediaSequence, discontinuitySequence, segments } = index
  const isBreak = segments[1]?.isBreak === true
  return {
    mediaSequence: mediaSequence + Math.min(1, segments.length),
    discontinuitySequence: discontinuitySequence + (isBreak ? 1 : 0),
    segments: segments.slice(1),
  }
}
