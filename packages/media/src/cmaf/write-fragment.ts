import { box, fullBox, uint32, uint64 } from './box.ts'
import { TRACK } from './init-segment.ts'

/** A sample of one track, in ticks of its timescale. */
export interface Sample {
  readonly duration: number
  readonly offset: number
  readonly isSync: boolean
  readonly data: Buffer
}

/** The samples of one track in a fragment; `start` is the decode time of the first. */
export interface Run {
  readonly track: keyof typeof TRACK
  readonly start: number
  readonly samples: readonly Sample[]
}

const SYNC = 0x02000000
const NOT_SYNC = 0x01010000

/** One CMAF chunk, `moof` and `mdat`: a part of low-latency HLS. [CM2] */
export function writeFragment(sequence: number, runs: readonly Run[]): Buffer {
  const filled = runs.filter(({ samples }) => samples.length > 0)
  const size = writeMoof(sequence, filled, () => 0).length + 8
  const data = filled.flatMap(({ samples }) => samples.map((sample) => sample.data))
  let at = size
  const offsets = filled.map(({ samples }) => {
    const offset = at
    at += samples.reduce((sum, sample) => sum + sample.data.length, 0)
    return offset
  })
  const moof = writeMoof(sequence, filled, (index) => offsets[index] ?? 0)
  return Buffer.concat([moof, box('mdat', ...data)])
}

function writeMoof(
  sequence: number,
  runs: readonly Run[],
  offsetOf: (index: number) => number,
): Buffer {
  const fragments = runs.map(({ track, start, samples }, index) => {
    const table = samples.flatMap(({ duration, data, isSync, offset }) => [
      duration,
      data.length,
      isSync ? SYNC : NOT_SYNC,
      offset,
    ])
    return box(
      'traf',
      fullBox('tfhd', 0, 0x020000, uint32(TRACK[track])),
      fullBox('tfdt', 1, 0, uint64(start)),
      fullBox('trun', 1, 0xf01, uint32(samples.length, offsetOf(index), ...table)),
    )
  })
  return box('moof', fullBox('mfhd', 0, 0, uint32(sequence)), ...fragments)
}
