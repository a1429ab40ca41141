import { ok } from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'

import { openTestFolder } from '../../../apps/nightmarket/src/testing/process.ts'
import { openCamera } from '../../../bench/media/camera.ts'

const SIZE = { width: 320, height: 180 }

/** How long the machine has no time for the camera; frames come every 33 ms otherwise. */
const BUSY_MS = 2_000

test('a camera that loses frames goes on by the clock', async () => {
  using folder = openTestFolder()
  const file = join(folder.path, 'film.flv')
  await using camera = openCamera({ address: file, ...SIZE })
  await untilLonger(file, 20_000)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, BUSY_MS)
  await untilLonger(file, statSync(file).size + 20_000)
  await camera.kill()
  const times = timesOf(file)
  const steps = times.slice(1).map((seconds, at) => (seconds - (times[at] ?? 0)) * 1_000)
  const longest = Math.max(...steps)
  ok(longest > BUSY_MS / 4, `no frame of the film is shown for longer than ${longest} ms`)
})

async function untilLonger(file: string, bytes: number): Promise<void> {
  while ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) < bytes) await delay(20)
}

/** When the frames of a film are shown, in seconds. */
function timesOf(file: string): readonly number[] {
  const words = ['-v', 'fatal', '-select_streams', 'v', '-show_entries', 'packet=pts_time']
  const text = execFileSync('ffprobe', [...words, '-of', 'csv=p=0', file], { encoding: 'utf8' })
  return text.split('\n').flatMap((line) => (line === '' ? [] : [Number.parseFloat(line)]))
}
