import type { RingIndex } from '../ring/ring-index.ts'
import type { Ring } from '../ring/ring.ts'
import type { RenditionReport } from './live-playlist.ts'
import { LiveStream, type LiveStreamOptions } from './live-stream.ts'
import { SOUND_PROFILE, VENUE_PROFILE, WAN_PROFILE, type CutProfile } from './packager.ts'

/** The ways in which a show goes out, each in a folder below the stream's own. [RN1] */
export const RENDITIONS = {
  /** For everybody, and what is recorded. */
  wan: { folder: '', profile: WAN_PROFILE },
  /** For who is near: shorter parts, and less delay. */
  venue: { folder: 'venue/', profile: VENUE_PROFILE },
  /** For who listens only, on a bad network or with the screen off. */
  sound: { folder: 'sound/', profile: SOUND_PROFILE },
} as const satisfies Readonly<
  Record<string, { readonly folder: string; readonly profile: CutProfile }>
>

/** The name of a rendition. */
export type RenditionName = keyof typeof RENDITIONS

/** The live ends of a show: the same segments under the same numbers, cut into other parts. */
export type LiveRenditions = Readonly<Record<RenditionName, LiveStream>>

/** Which a player may change to from a rendition. */
const PEERS: Readonly<Record<RenditionName, readonly RenditionName[]>> = {
  wan: ['sound'],
  venue: ['sound'],
  sound: ['wan', 'venue'],
}

/** Open all renditions on what was recorded before. */
export function openRenditions(options: {
  readonly ring: Pick<Ring, 'keep' | 'keepPart'>
  readonly recovered: RingIndex
  readonly nowMs: () => number
}): LiveRenditions {
  const { ring, recovered, nowMs } = options
  const reportsTo = (name: RenditionName) => (): readonly RenditionReport[] =>
    PEERS[name].map((peer) => opened[peer].report(pathBetween(name, peer)))
  const open = (name: RenditionName, more: Pick<LiveStreamOptions, 'ring'> = {}) => {
    const { profile } = RENDITIONS[name]
    return new LiveStream({ nowMs, recovered, profile, reports: reportsTo(name), ...more })
  }
  const opened: LiveRenditions = {
    wan: open('wan', { ring }),
    venue: open('venue'),
    sound: open('sound'),
  }
  return opened
}

function pathBetween(from: RenditionName, to: RenditionName): string {
  const up = RENDITIONS[from].folder === '' ? '' : '../'
  return `${up}${RENDITIONS[to].folder}index.m3u8`
}
