import { cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'

import type { Figure } from '../figure.ts'
import { measureClipsOnly, measureMedia, measureSellingOnly } from './measure-media.ts'

const HELP = `npm run bench:media -- [--quick] [--clips | --selling] [--json]

A market of real processes, ffmpeg as the encoder, Chromium as the viewer, a clock burnt into each
frame: how long from the camera to the screen near by and with 100 ms of round trip, until the first
frame, how long the picture stands still when the encoder is lost or changes, how soon a clip is
there and words are shown, and what it takes of a processor beside nginx. About three minutes; half
with --quick; --clips is only about clips, and --selling about who buys while a hundred watch,
beside who buys while there is no picture. Needs ffmpeg, nginx and Chromium.
`

const { values } = parseArgs({
  options: {
    json: { type: 'boolean' },
    quick: { type: 'boolean' },
    clips: { type: 'boolean' },
    selling: { type: 'boolean' },
    help: { type: 'boolean' },
  },
})
if (values.help === true) process.stdout.write(HELP)
else {
  const seconds = values.quick === true ? 8 : 20
  const tell = (line: string) => void process.stderr.write(`${line}\n`)
  const figures = await measure(seconds, tell)
  const cores = cpus()
  const machine = { node: process.version, cpu: cores[0]?.model ?? '', cores: cores.length }
  if (values.json === true) process.stdout.write(`${JSON.stringify({ machine, figures })}\n`)
  else {
    const load = loadavg()[0] ?? 0
    process.stdout.write(`  ${cores.length} cores, load average ${load.toFixed(1)} at the end\n`)
    for (const figure of figures) process.stdout.write(`${lineOf(figure)}\n`)
  }
}

function measure(seconds: number, tell: (line: string) => void): Promise<readonly Figure[]> {
  if (values.clips === true) return measureClipsOnly(tell)
  if (values.selling === true) return measureSellingOnly(seconds, tell)
  return measureMedia(seconds, tell)
}

function lineOf({ name, unit, value, bare, bareValue, ratio, aim, more }: Figure): string {
  const beside = ratio === null ? '' : `, ${ratio} of ${bareValue ?? 0} (${bare ?? ''})`
  const rest = Object.entries(more).map(([key, each]) => `${key} ${Math.round(each)}`)
  const besides = rest.length === 0 ? '' : `  ${rest.join(', ')}`
  return `  ${name}: ${value} ${unit}${beside}${aim === null ? '' : `  (aim ${aim})`}${besides}`
}
