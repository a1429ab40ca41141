import type { CutProfile, Part, Timeline } from '../live/packager.ts'
import type { IceServer } from '../whip/ice-server.ts'
import type { WhipAnswer } from '../whip/whip-door.ts'
import type { IngestStatus } from './publisher-desk.ts'

/** One way to cut the picture, for players that share it. */
export interface Rendition {
  readonly name: string
  readonly profile: CutProfile
}

/** What is known of the show that an edge has on. */
export interface ShowFacts {
  readonly showId: string
  readonly title: string
  readonly startsAtMs: number
  readonly endsAtMs: number
  /** What the slate says below the title, before the show's time and from then on. */
  readonly slateLines: { readonly before: string; readonly during: string }
}

/** What the thread of the encoder is started with. */
export interface IngestSettings {
  readonly renditions: readonly Rendition[]
  /** The hashes of the stream keys, read at each attempt. */
  readonly keysFile: string
  /** Where slates are kept that were rendered. */
  readonly slateFolder: string
  /** 0 takes a free one. */
  readonly rtmpPort: number
  /** `null`: nobody calls over SRT. */
  readonly srtPort: number | null
  readonly hostname: string
  /** What helps phones to reach this edge. */
  readonly iceServers: readonly IceServer[]
}

/** Where encoders come in. */
export interface IngestPorts {
  readonly rtmp: number
  readonly srt: number | null
}

/** What the thread of the encoder is told. */
export type IngestRequest =
  | { readonly kind: 'show'; readonly show: ShowFacts | null }
  | { readonly kind: 'offer'; readonly offerId: number; readonly key: string; readonly sdp: string }
  | { readonly kind: 'hang_up'; readonly sessionId: string }
  | { readonly kind: 'stop' }

/** What the thread of the encoder tells. */
export type IngestNews =
  | { readonly kind: 'ready'; readonly ports: IngestPorts }
  | { readonly kind: 'failed'; readonly error: Error; readonly code: string | null }
  | { readonly kind: 'on_air'; readonly isOnAir: boolean }
  | { readonly kind: 'timeline'; readonly rendition: string; readonly timeline: Timeline }
  | { readonly kind: 'part'; readonly rendition: string; readonly part: SentPart }
  | { readonly kind: 'status'; readonly status: IngestStatus }
  | { readonly kind: 'answer'; readonly offerId: number; readonly answer: WhipAnswer }
  | { readonly kind: 'trouble'; readonly facts: object; readonly message: string }

/** A part as it crosses the threads: its timeline went before. */
export type SentPart = Omit<Part, 'timeline'>
