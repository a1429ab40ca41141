import { setTimeout as delay } from 'node:timers/promises'

import { figureOf, type Figure } from '../figure.ts'
import type { Camera, CameraOptions } from './camera.ts'

/** A mark's clip goes on for so long after it. */
const AFTER_MS = 8_000

/** How long before its clip's end a mark is made. */
const AHEAD_MS = 1_500

/** How far apart an encoder's keyframes are, in seconds. */
const KEYFRAME_SECONDS = [1, 2, 10]

/** What marks are measured at. */
export interface MarkedShow {
  readonly edgeUrl: string
  readonly token: string
  film(more: Partial<CameraOptions>): Camera
}

/**
 * How long from the end of a mark's clip until everybody can open its page, on real processes; and
 * how much of that the encoder took until it had sent the clip's last frame.
 */
export async function measureMarks(
  show: MarkedShow,
  rounds: number,
  tell: (line: string) => void,
): Promise<readonly Figure[]> {
  const figures: Figure[] = []
  for (const seconds of KEYFRAME_SECONDS) {
    tell(`${rounds} marks, keyframes every ${seconds} s …`)
    await using camera = show.film({ keyframeSeconds: seconds })
    await untilNewest(show.edgeUrl, Date.now() + 2_000)
    const marks: MarkTimes[] = []
    for (let round = 0; round < rounds; round++) marks.push(await timeOfMark(show, seconds, round))
    const values = marks.map(({ publishedMs }) => publishedMs)
    const ownMs = Math.max(...marks.map(({ publishedMs, sentMs }) => publishedMs - sentMs))
    figures.push(
      figureOf({
        name: `a mark's clip, from its end to its page, keyframes every ${seconds} s`,
        unit: 'ms',
        bare: null,
        aim: '≤ 5000 ms',
        values,
        bareValues: [],
        more: { worstMs: Math.max(...values), worstAfterLastFrameMs: ownMs },
      }),
    )
    await camera.kill()
  }
  return figures
}

interface MarkTimes {
  /** From the clip's end until it was in the list that everybody sees. */
  readonly publishedMs: number
  /** From the clip's end until players could have its last frame. */
  readonly sentMs: number
}

async function timeOfMark(
  { edgeUrl, token }: MarkedShow,
  seconds: number,
  round: number,
): Promise<MarkTimes> {
  const endMs = Date.now() + AHEAD_MS
  const title = `Mark ${round} of ${seconds}`
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const body = JSON.stringify({ atMs: endMs - AFTER_MS, title, isPublished: true })
  await fetch(`${edgeUrl}/v1/marks`, { method: 'POST', headers, body })
  const sent = untilNewest(edgeUrl, endMs).catch(() => Number.NaN)
  for (;;) {
    const listed = await (await fetch(`${edgeUrl}/v1/clips`)).text()
    if (listed.includes(JSON.stringify(title))) break
    await delay(20)
  }
  const publishedMs = Date.now() - endMs
  return { publishedMs, sentMs: (await sent) - endMs }
}

/** When players could have the frame of a moment. */
async function untilNewest(edgeUrl: string, atMs: number): Promise<number> {
  for (;;) {
    const text = await (await fetch(`${edgeUrl}/media/live/index.m3u8`)).text()
    if (newestOf(text) >= atMs) return Date.now()
    await delay(20)
  }
}

/** Until when a playlist has pictures, by the edge's clock. */
function newestOf(playlist: string): number {
  const last = playlist.slice(playlist.lastIndexOf('#EXT-X-PROGRAM-DATE-TIME:'))
  const [, date = ''] = /^#EXT-X-PROGRAM-DATE-TIME:(.*)$/m.exec(last) ?? []
  const parts = [...last.matchAll(/^#EXT-X-PART:DURATION=([\d.]+)/gm)].map(([, text]) => text)
  const [, whole] = /^#EXTINF:([\d.]+)/m.exec(last) ?? []
  const lengths = whole === undefined ? parts : [whole]
  const seconds = lengths.reduce((sum, text) => sum + Number(text), 0)
  return Date.parse(date) + seconds * 1_000
}
