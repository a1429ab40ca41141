import { measureClips, measureCues } from '../packages/media/src/clip/clip-cutter.bench.ts'
import { figureOf, medianOf } from './figure.ts'

/** `npm run bench:clips`: how soon a clip is there, and words are told. One JSON object. */
const clips = await measureClips(5)
const cues = [...(await measureCues(200))].sort((a, b) => a - b)
const figures = [
  figureOf({
    name: 'cut a clip of 30 s',
    unit: 'ms',
    bare: 'ffmpeg -c copy of the same half minute',
    aim: 'published within 5 s',
    values: clips.copyMs,
    bareValues: clips.ffmpegMs,
  }),
  figureOf({
    name: 'a cue from its arrival to disk and listeners',
    unit: 'ms',
    bare: null,
    aim: null,
    values: [medianOf(cues)],
    bareValues: [],
    more: { p99Ms: cues[Math.floor(cues.length * 0.99)] ?? 0 },
  }),
]
process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`)
