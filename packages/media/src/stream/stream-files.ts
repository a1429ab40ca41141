import { readFile, stat } from 'node:fs/promises'
import { extname, join } from 'node:path'

import { Hono } from 'hono'

import { CLIP_PROBLEMS } from '../clip/clip-problem.ts'
import { STREAM_PLAYLIST, type StreamFolder } from './stream-folder.ts'

/** Where the stream is served. */
export const STREAM_FILES = '/media/live'

const KINDS: Readonly<Record<string, string>> = {
  '.m3u8': 'application/vnd.apple.mpegurl',
  '.m4s': 'video/iso.segment',
  '.mp4': 'video/mp4',
}

/** How many segments the playlist for the newest pictures names. */
const LIVE_SEGMENTS = 8

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/

/** The stream for players: the newest end of it, and all that is kept. [SF3] */
export function streamFiles(stream: StreamFolder): Hono {
  return new Hono().get(`${STREAM_FILES}/:name`, async (c) => {
    const { name } = c.req.param()
    const isReplay = name === 'replay.m3u8'
    const contentType = KINDS[extname(name)]
    if (!NAME.test(name) || contentType === undefined) return missing()
    const path = join(stream.folder, isReplay ? STREAM_PLAYLIST : name)
    try {
      if (extname(name) === '.m3u8') {
        const text = await readFile(path, 'utf8')
        const shown = isReplay ? text : newestOf(text)
        return c.body(shown, 200, { 'Content-Type': contentType, 'Cache-Control': 'no-cache' })
      }
      const { size } = await stat(path)
      const bytes = await readFile(path)
      const headers = {
        'Content-Type': contentType,
        'Content-Length': String(size),
        'Cache-Control': name.endsWith('.m4s') ? 'public, max-age=3600' : 'no-cache',
      }
      return new Response(new Uint8Array(bytes), { headers })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
      return missing()
    }
  })
}

function missing() {
  return CLIP_PROBLEMS.respond({ code: 'not_found' })
}

/** The last segments of a playlist, numbered as they were. */
export function newestOf(text: string): string {
  const lines = text.split(/\r?\n/)
  const isEntry = (line: string) => /^#(EXTINF|EXT-X-PROGRAM|EXT-X-DISCONTINUITY$)/.test(line)
  const firstAt = lines.findIndex(isEntry)
  if (firstAt < 0) return text
  const entries = entriesOf(lines.slice(firstAt))
  const left = entries.slice(0, Math.max(0, entries.length - LIVE_SEGMENTS))
  const kept = entries.slice(left.length)
  const isMap = (line: string) => line.startsWith('#EXT-X-MAP')
  const map = left.flat().findLast(isMap)
  const gaps = left.flat().filter((line) => line === '#EXT-X-DISCONTINUITY').length
  const isOurs = (line: string) => /PLAYLIST-TYPE|DISCONTINUITY-SEQ/.test(line)
  const head = lines.slice(0, firstAt).filter((line) => !isOurs(line))
  const before = Number(/#EXT-X-DISCONTINUITY-SEQUENCE:(\d+)/.exec(text)?.[1] ?? 0)
  const numbered = head
    .filter((line) => map === undefined || !isMap(line))
    .map((line) => {
      const sequence = /^#EXT-X-MEDIA-SEQUENCE:(\d+)/.exec(line)?.[1]
      if (sequence === undefined) return line
      const media = `#EXT-X-MEDIA-SEQUENCE:${Number(sequence) + left.length}`
      const count = gaps + before
      return count === 0 ? media : `${media}\n#EXT-X-DISCONTINUITY-SEQUENCE:${count}`
    })
  const first = map === undefined || kept[0]?.some(isMap) === true ? [] : [map]
  return `${[...numbered, ...first, ...kept.flat()].filter((line) => line !== '').join('\n')}\n`
}

function entriesOf(lines: readonly string[]): readonly (readonly string[])[] {
  const entries: string[][] = []
  let entry: string[] = []
  for (const line of lines.filter((each) => each !== '')) {
    entry.push(line)
    if (line.startsWith('#')) continue
    entries.push(entry)
    entry = []
  }
  return entry.length === 0 ? entries : [...entries, entry]
}
