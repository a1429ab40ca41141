import { err, ok, type Result } from '@nightmarket/kernel'
import { z } from 'zod'

import { CUE_MS_MAX, CUE_TEXT_MAX, type SentCue } from './cue.ts'

/** The most cues taken at once. */
export const CUES_SENT_MAX = 200

/** Why a text is no cues. The line is where it was found, from 1. */
export interface CuesRejection {
  readonly code: 'cues_malformed'
  readonly line: number
  readonly reason: string
}

const MS_MAX = 7 * 24 * 3_600_000

/** Cues as JSON. */
export const sentCues = z.strictObject({
  /** Which clock the times count in: the stream's own, or the edge's in epoch milliseconds. */
  clock: z.enum(['media', 'edge']).default('media'),
  timelineId: z.string().min(1).max(128).optional(),
  cues: z
    .array(
      z.strictObject({
        cueId: z.string().min(1).max(128).optional(),
        startMs: z.int().min(0),
        endMs: z.int().min(1),
        text: z.string().trim().min(1).max(CUE_TEXT_MAX),
      }),
    )
    .min(1)
    .max(CUES_SENT_MAX),
})

const TIME = String.raw`(?:(\d{2,3}):)?([0-5]\d):([0-5]\d)\.(\d{3})`
const TIMING = new RegExp(String.raw`^${TIME}[ \t]+-->[ \t]+${TIME}(?:[ \t].*)?$`)

/**
 * Read WebVTT: identifiers, times and plain text. Settings, styles, notes and regions are left
 * out, and so is markup within the text. [CP2]
 */
export function parseWebVtt(text: string): Result<readonly SentCue[], CuesRejection> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r\n|\r|\n/)
  if (!/^WEBVTT(?:[ \t]|$)/.test(lines[0] ?? '')) return refuse(1, 'it does not begin with WEBVTT')
  const cues: SentCue[] = []
  for (const { lineNumber, block } of blocksOf(lines)) {
    if (/^(NOTE|STYLE|REGION)(?:[ \t]|$)/.test(block[0] ?? '')) continue
    const cue = parseBlock(block, lineNumber)
    if (!cue.ok) return cue
    if (cue.value !== null) cues.push(cue.value)
    if (cues.length > CUES_SENT_MAX) {
      return refuse(lineNumber, `there are more than ${CUES_SENT_MAX} cues: send fewer at once`)
    }
  }
  return cues.length === 0 ? refuse(lines.length, 'there is no cue in it') : ok(cues)
}

function* blocksOf(lines: readonly string[]) {
  let block: string[] = []
  let lineNumber = 0
  const start = lines.indexOf('')
  for (const [index, line] of [...lines, ''].entries()) {
    if (start === -1 || index <= start) continue
    if (line.trim() !== '') {
      if (block.length === 0) lineNumber = index + 1
      block.push(line)
    } else if (block.length > 0) {
      yield { lineNumber, block }
      block = []
    }
  }
}

function parseBlock(
  block: readonly string[],
  lineNumber: number,
): Result<SentCue | null, CuesRejection> {
  const at = block.findIndex((line) => line.includes('-->'))
  if (at < 0 || at > 1) return refuse(lineNumber, 'a cue without its times')
  const match = TIMING.exec((block[at] ?? '').trim())
  if (match === null) {
    return refuse(lineNumber + at, 'its times are not like 00:01.000 --> 00:04.000')
  }
  const [startMs, endMs] = [msOf(match.slice(1, 5)), msOf(match.slice(5, 9))]
  if (endMs <= startMs) return refuse(lineNumber + at, 'it ends before it begins')
  if (endMs - startMs > CUE_MS_MAX) {
    return refuse(lineNumber + at, `it is shown for more than ${CUE_MS_MAX / 1_000} s`)
  }
  if (endMs > MS_MAX) return refuse(lineNumber + at, 'it is more than a week in')
  const text = plainText(block.slice(at + 1).join('\n'))
  if (text === '') return ok(null)
  if (text.length > CUE_TEXT_MAX) {
    return refuse(lineNumber + at + 1, `its text has more than ${CUE_TEXT_MAX} characters`)
  }
  const cueId = at === 1 ? (block[0] ?? '').slice(0, 128) : null
  return ok({ cueId, startMs, endMs, text })
}

function msOf([hours, minutes, seconds, ms]: readonly (string | undefined)[]): number {
  const whole = Number(hours ?? 0) * 3_600 + Number(minutes) * 60 + Number(seconds)
  return whole * 1_000 + Number(ms)
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&lt;': '<',
  '&gt;': '>',
  '&nbsp;': ' ',
  '&lrm;': '',
  '&rlm;': '',
}

/** What is read of a cue: no tags, and no sign that only a machine sees. */
function plainText(text: string): string {
  return text
    .replace(/<[^>]*>/g, '')
    .replace(/&(?:amp|lt|gt|nbsp|lrm|rlm);/g, (entity) => ENTITIES[entity] ?? entity)
    .replace(/[^\P{Cc}\n]/gu, '')
    .trim()
}

function refuse(line: number, reason: string): Result<never, CuesRejection> {
  return err({ code: 'cues_malformed', line, reason })
}
