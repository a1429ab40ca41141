import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

import { readFlvFile } from '../flv/flv-reader.ts'
import type { FlvContent } from '../flv/read-tag.ts'
import { Programme, type Slates } from '../ingest/programme.ts'
import { Packager, WAN_PROFILE, type Part } from '../live/packager.ts'
import { openMediaFolder } from './fragmented-video.ts'

/** Record four seconds of a test picture as FLV with ffmpeg, and read what is in it. */
export function recordFlv(...words: readonly string[]): readonly FlvContent[] {
  using folder = openMediaFolder()
  const file = join(folder.path, 'a.flv')
  const source = ['-f', 'lavfi', '-i', 'testsrc2=size=160x90:rate=30']
  const sound = ['-f', 'lavfi', '-i', 'sine=sample_rate=44100']
  const video = ['-c:v', 'libx264', '-preset', 'ultrafast', '-g', '30']
  const all = ['-v', 'error', ...source, ...sound, ...video, '-c:a', 'aac', '-t', '4', ...words]
  execFileSync('ffmpeg', [...all, file])
  return readFlvFile(readFileSync(file))
}

/** No slate at all. */
export const NO_SLATES: Slates = {
  due: () => null,
  setSize: () => undefined,
  setLost: () => undefined,
}

/** A programme with a clock of its own, and the parts that came of it. */
export function openProgramme(slates: Slates = NO_SLATES) {
  const parts: Part[] = []
  const onAir: boolean[] = []
  const packager = new Packager({ profile: WAN_PROFILE, onPart: (part) => void parts.push(part) })
  const clock = { nowMs: 1_000_000 }
  const programme = new Programme({
    packagers: [packager],
    nowMs: () => clock.nowMs,
    slates,
    onAir: (is) => void onAir.push(is),
  })
  return { programme, parts, onAir, clock }
}

/** What a publisher's frames become, when nothing is in their way. */
export function pack(contents: readonly FlvContent[]): readonly Part[] {
  const { programme, parts } = openProgramme()
  programme.begin('rtmp')
  for (const content of contents) programme.take(content)
  programme.end()
  return parts
}
