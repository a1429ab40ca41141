import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

import { RING_BOUNDS, RingDisk, type Kept } from '../ring/ring-disk.ts'

// Run in a mount namespace of its own: fills a small file system with a recording.
const [folder = '', bytes = '0', crash = ''] = process.argv.slice(2)
execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', folder])
const ring = new RingDisk(join(folder, 'stream'), RING_BOUNDS)
const kept: Kept[] = []
for (let at = 0; at < 30; at++) {
  const place = { name: `s-${at}.m4s`, initName: 'i-0.mp4', startAtMs: at * 1_000 }
  const segment = { ...place, durationMs: 1_000, isBreak: false }
  kept.push(ring.keep({ segment, bytes: new Uint8Array(40_000), init: new Uint8Array(500) }))
}
// Somebody else fills what is left, so that not even an index can be written.
if (crash !== '') {
  try {
    writeFileSync(join(folder, 'other'), new Uint8Array(Number(bytes)))
  } catch {
    kept.push(ring.keep({ ...fresh(), bytes: new Uint8Array(40_000), init: new Uint8Array(500) }))
  }
}
const again = new RingDisk(join(folder, 'stream'), RING_BOUNDS)
process.stdout.write(JSON.stringify({ kept, index: ring.index, recovered: again.index }))

function fresh() {
  const place = { name: 's-99.m4s', initName: 'i-0.mp4', startAtMs: 99_000 }
  return { segment: { ...place, durationMs: 1_000, isBreak: false } }
}
