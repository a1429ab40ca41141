import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'

import type { ShowFacts } from '../ingest/ingest-message.ts'
import { hashStreamKey, writeStreamKeys } from '../ingest/stream-keys.ts'
import { renditionRoutes } from '../live/live-routes.ts'
import { openLive, type Live } from '../live/open-live.ts'
import type { IceServer } from '../whip/ice-server.ts'
import { openMediaFolder } from './fragmented-video.ts'

const execute = promisify(execFile)

/** A file with the keys of two shows: `the-key` of `quay`, `another-key` of `harbour`. */
export function writeTestKeys(folder: string): string {
  const keys = { quay: 'the-key', harbour: 'another-key' }
  const hashes = Object.entries(keys).map(([showId, key]) => {
    return { showId, hash: hashStreamKey(key) }
  })
  const file = join(folder, 'keys')
  writeFileSync(file, writeStreamKeys(hashes))
  return file
}

/** The show `quay`, on for an hour from a moment on. */
export function testShow(startsAtMs = 0): ShowFacts {
  const slateLines = { before: 'It begins soon', during: 'One moment' }
  const endsAtMs = startsAtMs + 3_600_000
  return { showId: 'quay', title: 'The quay: 100 % "glaze"', startsAtMs, endsAtMs, slateLines }
}

/** The way in and the live end, in a folder that is removed after the test. */
export async function openPicture(
  rtmpPort = 0,
  srtPort: number | null = null,
  iceServers: readonly IceServer[] = [],
) {
  const folder = openMediaFolder()
  const troubles: string[] = []
  const stream = join(folder.path, 'stream')
  const live = await openLive({
    folder: stream,
    keysFile: writeTestKeys(folder.path),
    slateFolder: join(folder.path, 'slates'),
    rtmpPort,
    srtPort,
    hostname: '127.0.0.1',
    iceServers,
    nowMs: Date.now,
    onTrouble: (_, message) => troubles.push(message),
    onDefect(error) {
      throw error
    },
  })
  return {
    live,
    app: renditionRoutes(live.renditions, '/media/live', () => []),
    folder: stream,
    troubles,
    async [Symbol.asyncDispose]() {
      await live[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

/** Wait until an encoder was let in. */
export async function untilPublishing(live: Pick<Live, 'status'>): Promise<void> {
  while (!live.status().isPublishing) await delay(20)
}

/** Encode five seconds of a test picture, and send them as fast as it goes. */
export function encode(port: number, key: string, words: readonly string[] = []) {
  return encodeTo(['-f', 'flv', `rtmp://127.0.0.1:${port}/live/${key}`], words)
}

/** Encode five seconds of a test picture to somewhere. */
export function encodeTo(end: readonly string[], words: readonly string[] = []) {
  const inputs = ['-f', 'lavfi', '-i', 'testsrc2=size=320x180:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=frequency=440:sample_rate=44100']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30', '-pix_fmt', 'yuv420p']
  const audio = ['-c:a', 'aac', '-b:a', '64k', '-t', '5']
  const coding = [...video, ...audio, ...words]
  return execute('ffmpeg', ['-v', 'error', ...inputs, ...sound, ...coding, ...end])
}
