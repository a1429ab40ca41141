/** What the player sees of its stream, in seconds. */
export interface RateInputs {
  /** How far the frame on the screen is behind the newest there is. */
  readonly behind: number
  readonly target: number
  /** What is loaded and not yet shown. */
  readonly buffered: number
  /** How long a part of the stream is. */
  readonly part: number
}

/** How much faster or slower the show may run: more than this is heard. */
export const RATES = { slowest: 0.92, fastest: 1.12 } as const

/** Within so many seconds of the target nothing is done. */
const DEAD_BAND = 0.08

/** How strongly a second too far behind speeds up. */
const GAIN = 0.25

/**
 * The rate to play at: towards the target, gently, and never so fast that the buffer runs dry. The
 * result depends on its inputs only.
 */
export function controlRate({ behind, target, buffered, part }: RateInputs): number {
  const error = behind - target
  if (!Number.isFinite(error) || Math.abs(error) < DEAD_BAND) return 1
  const wanted = 1 + GAIN * error
  const spare = buffered - part
  const most = spare <= 0 ? 1 : Math.min(RATES.fastest, 1 + 0.5 * spare)
  return Math.min(most, Math.max(RATES.slowest, wanted))
}

/** Behind by more than this many seconds, a jump is kinder than a long hurry. */
export function shouldJump({ behind, target }: Pick<RateInputs, 'behind' | 'target'>): boolean {
  return behind - target > 4
}

/**
 * How far behind to stay, in seconds: what the playlist asks for, and never less than a part and
 * two round trips need. Each stall adds a little, and time takes it away again.
 */
export function targetOf(stream: {
  readonly part: number
  readonly holdBack: number
  readonly roundTrip: number
  readonly stalls: number
}): number {
  const { part, holdBack, roundTrip, stalls } = stream
  const needed = part + 2 * roundTrip + 0.15
  return Math.min(6, Math.max(holdBack, needed) + 0.25 * Math.min(8, stalls))
}

/** Whether parts are too short for a network, so that longer ones hold better. */
export function isTooFar(stream: {
  readonly part: number
  readonly roundTrip: number
  readonly stalls: number
}): boolean {
  return stream.stalls >= STALLS_MAX || 2.5 * stream.roundTrip > stream.part
}

/** So many stalls are no accident. */
const STALLS_MAX = 2

/** The middle of the last round trips: one slow answer is not a slow network. */
export function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? 0
}
