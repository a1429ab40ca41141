import type { AudioConfig, VideoConfig } from '../flv/read-tag.ts'
import { box, fullBox, uint16, uint32 } from './box.ts'
import { readPictureSize } from './picture-size.ts'

/** The tracks of a timeline: an encoder may send no sound, and some viewers want nothing else. */
export interface Tracks {
  readonly video: VideoConfig | null
  readonly audio: AudioConfig | null
}

/** Ticks a second of the picture's track. */
export const VIDEO_TIMESCALE = 90_000

/** The numbers of the tracks in every file. */
export const TRACK = { video: 1, audio: 2 } as const

const MATRIX = uint32(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)

/** What a player needs before the first part: `ftyp` and `moov`. [CM1] */
export function writeInitSegment({ video, audio }: Tracks): Buffer {
  const ids = [
    ...(video === null ? [] : [TRACK.video]),
    ...(audio === null ? [] : [TRACK.audio]),
  ]
  const header = fullBox(
    'mvhd',
    0,
    0,
    uint32(0, 0, 1_000, 0, 0x10000, 0x1000000, 0, 0),
    MATRIX,
    uint32(0, 0, 0, 0, 0, 0, 3),
  )
  const extend = ids.map((id) => fullBox('trex', 0, 0, uint32(id, 1, 0, 0, 0)))
  const picture = video === null ? [] : [videoTrack(video)]
  const sound = audio === null ? [] : [audioTrack(audio)]
  return Buffer.concat([
    box('ftyp', Buffer.from('iso6'), uint32(1), Buffer.from('iso6cmfchlsf')),
    box('moov', header, ...picture, ...sound, box('mvex', ...extend)),
  ])
}

/** The RFC 6381 names of a timeline's codecs, such as `avc1.64001f,mp4a.40.2`. */
export function codecsOf({ video, audio }: Tracks): string {
  const picture = video === null ? [] : [`avc1.${video.record.subarray(1, 4).toString('hex')}`]
  const sound = audio === null ? [] : [`mp4a.40.${(audio.record[0] ?? 0) >> 3}`]
  return [...picture, ...sound].join(',')
}

function videoTrack({ record }: VideoConfig): Buffer {
  const { width, height } = readPictureSize(record)
  const entry = box(
    'avc1',
    uint16(0, 0, 0, 1),
    uint32(0, 0, 0, 0),
    uint16(width, height),
    uint32(0x480000, 0x480000, 0),
    uint16(1),
    Buffer.alloc(32),
    uint16(24, 0xffff),
    box('avcC', record),
  )
  return track({
    id: TRACK.video,
    timescale: VIDEO_TIMESCALE,
    handler: 'vide',
    media: fullBox('vmhd', 0, 1, uint16(0, 0, 0, 0)),
    entry,
    size: [width, height],
  })
}

function audioTrack({ record, sampleRate, channels }: AudioConfig): Buffer {
  const rate = sampleRate > 0xffff ? 0 : sampleRate
  const entry = box(
    'mp4a',
    uint16(0, 0, 0, 1),
    uint32(0, 0),
    uint16(channels, 16, 0, 0),
    uint32(rate * 0x10000),
    fullBox('esds', 0, 0, streamDescriptor(record)),
  )
  return track({
    id: TRACK.audio,
    timescale: sampleRate,
    handler: 'soun',
    media: fullBox('smhd', 0, 0, uint32(0)),
    entry,
    size: [0, 0],
  })
}

function track(parts: {
  readonly id: number
  readonly timescale: number
  readonly handler: 'vide' | 'soun'
  readonly media: Buffer
  readonly entry: Buffer
  readonly size: readonly [width: number, height: number]
}): Buffer {
  const { id, timescale, handler, media, entry, size } = parts
  const volume = handler === 'soun' ? 0x0100 : 0
  const header = fullBox(
    'tkhd',
    0,
    3,
    uint32(0, 0, id, 0, 0, 0, 0),
    uint16(0, 0, volume, 0),
    MATRIX,
    uint32(size[0] * 0x10000, size[1] * 0x10000),
  )
  const empty = ['stts', 'stsc', 'stco'].map((type) => fullBox(type, 0, 0, uint32(0)))
  const table = box(
    'stbl',
    fullBox('stsd', 0, 0, uint32(1), entry),
    ...empty,
    fullBox('stsz', 0, 0, uint32(0, 0)),
  )
  const self = box('dinf', fullBox('dref', 0, 0, uint32(1), fullBox('url ', 0, 1)))
  const name = Buffer.from('Nightmarket\0')
  const kind = fullBox('hdlr', 0, 0, uint32(0), Buffer.from(handler), uint32(0, 0, 0), name)
  const clock = fullBox('mdhd', 0, 0, uint32(0, 0, timescale, 0), uint16(0x55c4, 0))
  return box('trak', header, box('mdia', clock, kind, box('minf', media, self, table)))
}

/** MPEG-4 descriptors around the AudioSpecificConfig. */
function streamDescriptor(record: Buffer): Buffer {
  const specific = descriptor(5, record)
  const stream = Buffer.concat([Buffer.from([0x40, 0x15, 0, 0, 0]), uint32(0, 0)])
  const decoder = descriptor(4, Buffer.concat([stream, specific]))
  const sync = descriptor(6, Buffer.from([2]))
  return descriptor(3, Buffer.concat([Buffer.from([0, 1, 0]), decoder, sync]))
}

function descriptor(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, content.length]), content])
}
