import type { LevelDetails } from 'hls.js/light'

import type { StreamTime } from './media-clock.ts'

/** The class of the date ranges by which a playlist names the runs of its stream. */
export const RUN_CLASS = 'nightmarket.run'

/** How times of the video element and of the edge's clock go together, both ways. */
export interface PlayerTime extends StreamTime {
  /** Where in the video element a moment is; `null` before it is known. */
  currentTimeOf(atMs: number): number | null
}

/** Read times off the playlist that is loaded now. */
export function playlistTime(details: () => LevelDetails | null): PlayerTime {
  const fragments = () => details()?.fragments ?? []
  return {
    atMsOf(currentTime) {
      const fragment = fragments().findLast(({ start }) => start <= currentTime) ?? fragments()[0]
      const dateMs = fragment?.programDateTime ?? null
      return fragment === undefined || dateMs === null
        ? null
        : dateMs + (currentTime - fragment.start) * 1_000
    },
    currentTimeOf(atMs) {
      const dated = fragments().filter(({ programDateTime }) => programDateTime !== null)
      const fragment = dated.findLast(({ programDateTime }) => (programDateTime ?? 0) <= atMs)
      const near = fragment ?? dated[0]
      return near === undefined ? null : near.start + (atMs - (near.programDateTime ?? 0)) / 1_000
    },
    beganAtMs: (timelineId) =>
      Object.values(details()?.dateRanges ?? {})
        .find((range) => range?.class === RUN_CLASS && range.id === timelineId)
        ?.startDate.getTime() ?? null,
  }
}

/** Read times off a browser that plays HLS by itself, which is Safari. */
export function nativeTime(video: HTMLVideoElement): PlayerTime {
  const startMs = () => {
    const date = (video as { getStartDate?: () => Date }).getStartDate?.()
    const ms = date?.getTime() ?? NaN
    return Number.isFinite(ms) ? ms : null
  }
  return {
    atMsOf(currentTime) {
      const ms = startMs()
      return ms === null ? null : ms + currentTime * 1_000
    },
    currentTimeOf(atMs) {
      const ms = startMs()
      return ms === null ? null : (atMs - ms) / 1_000
    },
    beganAtMs: () => null,
  }
}
