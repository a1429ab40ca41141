import type { ChronicleLine } from './chronicle.ts'

/** Lines that say only that time goes by. */
const NOISE = /^list: |tells .* place \d+$/

/** The story of a universe, one line a happening, for people. */
export function writeTimeline(lines: readonly ChronicleLine[]): string {
  const told = lines.filter(({ text }) => !NOISE.test(text))
  const width = Math.max(0, ...told.map(({ who }) => who.length))
  return told
    .map(({ atMs, who, text }) => `${clock(atMs)}  ${who.padEnd(width)}  ${text}`)
    .join('\n')
}

function clock(atMs: number): string {
  const part = (value: number, digits = 2) => String(Math.floor(value)).padStart(digits, '0')
  const [hours, minutes, seconds] = [atMs / 3_600_000, (atMs / 60_000) % 60, (atMs / 1_000) % 60]
  return `${part(hours)}:${part(minutes)}:${part(seconds)}.${part(atMs % 1_000, 3)}`
}
