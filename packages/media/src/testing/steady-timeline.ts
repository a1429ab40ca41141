import type { MediaTimeline } from '../cue/cue.ts'

/** A stream that began at a moment and goes on at the pace of the clock. */
export function steadyTimeline(beganAtMs: number, nowMs: () => number): MediaTimeline {
  const timelineId = 'run-1'
  return {
    locate: (atMs) => (atMs < beganAtMs ? null : { timelineId, mediaTimeMs: atMs - beganAtMs }),
    beganAtMs: (id) => (id === timelineId ? beganAtMs : null),
    head: () => ({ timelineId, mediaTimeMs: nowMs() - beganAtMs }),
  }
}
