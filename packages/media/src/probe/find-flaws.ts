import type { StreamReading } from './stream-probe.ts'

/** What is wrong with a stream that plays all the same. */
export type FlawCode =
  | 'keyframes_rare'
  | 'sound_missing'
  | 'sound_quiet'
  | 'sound_loud'
  | 'frames_dropped'
  | 'falls_behind'
  | 'bitrate_high'
  | 'bitrate_low'
  | 'picture_small'
  | 'frame_rate_low'
  | 'b_frames'

/** A flaw, and what was measured. */
export interface StreamFlaw {
  readonly code: FlawCode
  readonly measured: number
}

/** The limits. Loudness in LUFS, as players of phones expect −14 to −23. */
const LIMITS = {
  keyframeMs: 2_500,
  lufsMin: -35,
  lufsMax: -8,
  framesDropped: 15,
  behindMs: 1_500,
  bitsMax: 8_000_000,
  bitsMinPerPixel: 0.4,
  heightMin: 300,
  rateMin: 20,
} as const

/** What a creator should change, the gravest first. Pure. [PB2] */
export function findFlaws(reading: StreamReading): readonly StreamFlaw[] {
  const { size, framesPerSecond: rate, bitsPerSecond: bits, keyframeEveryMs } = reading
  const { loudnessLufs: lufs, framesDropped, behindMs, hasSound, hasBFrames } = reading
  const isKnown = rate !== null && bits !== null
  const pixels = size === null ? 0 : size.width * size.height
  const flaws: readonly (StreamFlaw | false)[] = [
    isKnown && !hasSound && { code: 'sound_missing', measured: 0 },
    behindMs > LIMITS.behindMs && { code: 'falls_behind', measured: behindMs },
    framesDropped > LIMITS.framesDropped && { code: 'frames_dropped', measured: framesDropped },
    (keyframeEveryMs ?? 0) > LIMITS.keyframeMs && {
      code: 'keyframes_rare',
      measured: keyframeEveryMs ?? 0,
    },
    lufs !== null && hasSound && lufs < LIMITS.lufsMin && { code: 'sound_quiet', measured: lufs },
    lufs !== null && hasSound && lufs > LIMITS.lufsMax && { code: 'sound_loud', measured: lufs },
    (bits ?? 0) > LIMITS.bitsMax && { code: 'bitrate_high', measured: bits ?? 0 },
    bits !== null && bits < pixels * LIMITS.bitsMinPerPixel && {
      code: 'bitrate_low',
      measured: bits,
    },
    rate !== null && rate < LIMITS.rateMin && { code: 'frame_rate_low', measured: rate },
    size !== null && Math.min(size.width, size.height) < LIMITS.heightMin && {
      code: 'picture_small',
      measured: Math.min(size.width, size.height),
    },
    hasBFrames && { code: 'b_frames', measured: 1 },
  ]
  return flaws.filter((flaw) => flaw !== false)
}

/** A flaw in words for the creator: what it is, and what to set. */
export function flawText({ code, measured }: StreamFlaw): string {
  return TEXTS[code](measured)
}

const seconds = (ms: number) => `${(ms / 1_000).toFixed(1)} s`
const megabits = (bits: number) => `${(bits / 1_000_000).toFixed(1)} Mbps`

const TEXTS: Readonly<Record<FlawCode, (measured: number) => string>> = {
  sound_missing: () => 'There is no sound: choose a microphone in the encoder.',
  sound_quiet: (lufs) => `The sound is too quiet (${lufs.toFixed(0)} LUFS): turn it up.`,
  sound_loud: (lufs) => `The sound is too loud (${lufs.toFixed(0)} LUFS): turn it down.`,
  falls_behind: (ms) => `The uplink is too slow: ${seconds(ms)} behind. Lower the bitrate.`,
  frames_dropped: (count) =>
    `${count} pictures are missing in ten seconds: lower the resolution or close other programs.`,
  keyframes_rare: (ms) =>
    `Keyframes are ${seconds(ms)} apart: set the interval to 1 s, so that viewers start fast.`,
  bitrate_high: (bits) => `${megabits(bits)} stalls phones: 2.5 Mbps is enough for 720p.`,
  bitrate_low: (bits) => `${megabits(bits)} blurs a picture of this size: raise the bitrate.`,
  frame_rate_low: (rate) => `${rate} pictures a second jerk: set 30.`,
  picture_small: (side) => `The picture is only ${side} pixels high: 720 look sharp on phones.`,
  b_frames: () => 'B-frames cost delay: choose the tune zerolatency.',
}
