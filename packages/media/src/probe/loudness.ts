import { spawn } from 'node:child_process'

import type { AudioConfig, AudioFrame } from '../flv/read-tag.ts'

/** What ffmpeg may take to listen to some seconds. */
const LISTEN_MS_MAX = 10_000
const RATES = [
  96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000,
]

/** How loud some AAC is, integrated, in LUFS; `null` when nobody can tell. [PB3] */
export function measureLoudness(
  config: AudioConfig,
  frames: readonly AudioFrame[],
): Promise<number | null> {
  const words = ['-hide_banner', '-nostats', '-f', 'aac', '-i', 'pipe:0', '-af', 'ebur128']
  const child = spawn('ffmpeg', [...words, '-f', 'null', '-'], {
    stdio: ['pipe', 'ignore', 'pipe'],
    timeout: LISTEN_MS_MAX,
  })
  const { promise, resolve } = Promise.withResolvers<number | null>()
  let told = ''
  child.stderr.on('data', (bytes: Buffer) => {
    told = (told + bytes.toString('utf8')).slice(-4_000)
  })
  child.once('error', () => resolve(null))
  child.once('close', () => resolve(loudnessOf(told)))
  // One that ended early tells by its end.
  child.stdin.on('error', () => undefined)
  child.stdin.end(Buffer.concat(frames.flatMap(({ data }) => [adtsHeader(config, data), data])))
  return promise
}

/** The summary's integrated loudness. */
export function loudnessOf(told: string): number | null {
  const summary = told.slice(told.lastIndexOf('Integrated loudness'))
  const [, text] = /^\s*I:\s*(-?[\d.]+) LUFS/m.exec(summary) ?? []
  return text === undefined ? null : Number(text)
}

function adtsHeader({ record, sampleRate, channels }: AudioConfig, { length }: Buffer): Buffer {
  const profile = Math.min(3, Math.max(0, ((record[0] ?? 0) >> 3) - 1))
  const rate = Math.max(0, RATES.indexOf(sampleRate))
  const bytes = length + 7
  return Buffer.from([
    0xff,
    0xf1,
    (profile << 6) | (rate << 2) | (channels >> 2),
    ((channels & 3) << 6) | (bytes >> 11),
    (bytes >> 3) & 0xff,
    ((bytes & 7) << 5) | 0x1f,
    0xfc,
  ])
}
