import type { Result } from '../result.ts'
import { parseDuration, type FileNode } from './file-node.ts'

/** Why a local time names no single moment. */
export type TimeRejection = {
  readonly code: 'not_time' | 'time_ambiguous' | 'time_skipped' | 'time_zone_unknown'
}

/**
 * The moment of a local time in an IANA zone, epoch milliseconds. Brought by the shell, since the
 * kernel knows no calendar: `text` is `YYYY-MM-DDTHH:MM:SS`. A time that a clock change repeats or
 * leaves out is refused, not guessed.
 */
export type ToEpochMs = (text: string, timeZone: string) => Result<number, TimeRejection>

/** What `now`, `start`, `end`, `open` and `close` mean where a time is read. */
export type TimeAnchors = Readonly<Record<string, number>>

const LOCAL_PATTERN = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?$/
const ANCHORED_PATTERN = /^([a-z]+)(?:\s*([+-])\s*([0-9smhd]+))?$/

const WANTED: Readonly<Record<TimeRejection['code'], string>> = {
  not_time: 'a date and time that exists',
  time_ambiguous: 'a time that the clock change does not repeat, or now+10m',
  time_skipped: 'a time that the clock change does not leave out',
  time_zone_unknown: 'an IANA time zone such as Europe/Berlin',
}

/** Reads the times of one file: local ones in the show's zone, and ones relative to an anchor. */
export class TimeReader {
  readonly #toEpochMs: ToEpochMs
  readonly #timeZone: string

  constructor(toEpochMs: ToEpochMs, timeZone: string) {
    this.#toEpochMs = toEpochMs
    this.#timeZone = timeZone
  }

  /** Whether the zone exists, which no relative time would ask. */
  checkZone(node: FileNode): void {
    const probe = this.#toEpochMs('2000-06-15T12:00:00', this.#timeZone)
    if (!probe.ok) node.refuse(probe.error.code, WANTED[probe.error.code])
  }

  read(node: FileNode, anchors: TimeAnchors): number | null {
    const names = Object.keys(anchors).join(', ')
    const wanted = `2026-11-28T18:00 in the show's zone, or a length from ${names}, as now+10m`
    const text = node.text(wanted)
    if (text === null) return null
    const local = LOCAL_PATTERN.exec(text)
    if (local !== null) {
      const [, day, minutes, seconds = ':00'] = local
      const moment = this.#toEpochMs(`${day}T${minutes}${seconds}`, this.#timeZone)
      return moment.ok ? moment.value : node.refuse(moment.error.code, WANTED[moment.error.code])
    }
    const [, name = '', sign, length] = ANCHORED_PATTERN.exec(text) ?? []
    const anchorMs = Object.hasOwn(anchors, name) ? anchors[name] : undefined
    const lengthMs = length === undefined ? 0 : parseDuration(length)
    if (anchorMs === undefined || lengthMs === null) return node.refuse('not_time', wanted)
    return sign === '-' ? anchorMs - lengthMs : anchorMs + lengthMs
  }
}

/** Where a show or a drop ends, and how the file says it. */
export interface EndNodes {
  readonly end: FileNode
  readonly duration: FileNode
}

/** The longest show, and so the longest drop: a month. */
export const SHOW_LENGTH_MS_MAX = 31 * 86_400_000

/** Read an end by its time or by its length, not both; the default where the file says neither. */
export function readEnd(
  startMs: number,
  { end, duration }: EndNodes,
  times: TimeReader,
  anchors: TimeAnchors,
  byDefault: number | null,
): number | null {
  if (!duration.isAbsent) {
    if (!end.isAbsent) return duration.refuse('duplicate', 'an end or a length, not both')
    const lengthMs = duration.duration(1_000, SHOW_LENGTH_MS_MAX)
    return lengthMs === null ? null : startMs + lengthMs
  }
  const endMs = end.isAbsent && byDefault !== null ? byDefault : times.read(end, anchors)
  if (endMs === null) return null
  return endMs > startMs ? endMs : end.refuse('ends_before_start', 'an end after the start')
}

/** When a drop is open, and what its times may be relative to. */
export interface OpenTime {
  readonly opensAtMs: number
  readonly closesAtMs: number
  readonly anchors: TimeAnchors
}

/** Read a stretch of a drop's time; each end that is left out is the drop's own. */
export function readSpan(
  node: FileNode,
  from: FileNode,
  until: FileNode,
  open: OpenTime,
  times: TimeReader,
): { readonly fromMs: number; readonly untilMs: number } | null {
  const fromMs = from.isAbsent ? open.opensAtMs : times.read(from, open.anchors)
  const untilMs = until.isAbsent ? open.closesAtMs : times.read(until, open.anchors)
  if (fromMs === null || untilMs === null) return null
  if (untilMs <= fromMs) return node.refuse('ends_before_start', 'an end after the start')
  const isInside = open.opensAtMs <= fromMs && untilMs <= open.closesAtMs
  return isInside ? { fromMs, untilMs } : node.refuse('outside_drop', 'times inside the drop')
}
