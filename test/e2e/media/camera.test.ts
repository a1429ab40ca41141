import { ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

import { openTestFolder } from '../../../apps/nightmarket/src/testing/process.ts'
import { CLOCK_CELLS, clockAge, readClock } from '../../../bench/media/burnt-clock.ts'
import { openCamera } from '../../../bench/media/camera.ts'

const SIZE = { width: 320, height: 180 }

/** How long the machine has no time for the camera. */
const BUSY_MS = 1_500

test('a camera that loses frames goes on by the clock', async () => {
  using folder = openTestFolder()
  const file = join(folder.path, 'film.flv')
  await using camera = openCamera({ address: file, ...SIZE })
  await untilLonger(file, 20_000)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
  await untilLonger(file, statSync(file).size + 20_000)
  await camera.kill()
  const [burnt, times] = [burntClocks(file), timesOf(file)]
  const filmedMs = clockAge(burnt.at(-1) ?? 0, burnt[0] ?? 0)
  const toldMs = ((times[burnt.length - 1] ?? 0) - (times[0] ?? 0)) * 1_000
  ok(filmedMs > BUSY_MS, String(filmedMs))
  ok(Math.abs(toldMs - filmedMs) < BUSY_MS / 3, `${toldMs} ms of film for ${filmedMs} ms`)
})

async function untilLonger(file: string, bytes: number): Promise<void> {
  while ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < bytes) await delay(20)
}

/** The clocks in the frames of a film, in order. */
function burntClocks(file: string): readonly number[] {
  const words = ['-v', 'fatal', '-i', file, '-an', '-fps_mode', 'passthrough', '-pix_fmt', 'gray']
  const gray = execFileSync('ffmpeg', [...words, '-f', 'rawvideo', '-'], { maxBuffer: 2 ** 28 })
  const frameBytes = SIZE.width * SIZE.height
  const side = SIZE.width / CLOCK_CELLS
  return Array.from({ length: Math.floor(gray.length / frameBytes) }, (_, frame) => {
    const row = frame * frameBytes + Math.floor(side / 2) * SIZE.width
    const isWhite = (cell: number) => (gray[row + Math.floor((cell + 0.5) * side)] ?? 0) > 127
    return readClock(Array.from({ length: CLOCK_CELLS }, (_each, cell) => isWhite(cell)))
  }).filter((clock) => clock !== null)
}

/** When the frames of a film are shown, in seconds. */
function timesOf(file: string): readonly number[] {
  const words = ['-v', 'fatal', '-select_streams', 'v', '-show_entries', 'packet=pts_time']
  const text = execFileSync('ffprobe', [...words, '-of', 'csv=p=0', file], { encoding: 'utf8' })
  return text.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]))
}
