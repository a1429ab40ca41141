import { readPictureSize, type PictureSize } from '../cmaf/picture-size.ts'
import type { AudioConfig, FlvContent, VideoConfig } from '../flv/read-tag.ts'
import type { Packager } from '../live/packager.ts'
import type { ArrivingPublisher } from '../rtmp/rtmp-session.ts'
import { SlateLoop, type Slate } from '../slate/slate-loop.ts'
import { StartGate, type Frame, type OpenTracks } from './start-gate.ts'
import { SteadySound, silentLike } from './steady-sound.ts'

/**
 * A link that carries nothing for so long is taken for lost. Over SRT encoders gather sound by the
 * third of a second and more, and pictures wait for it.
 */
const SILENT_MS = { rtmp: 500, srt: 1_000, whip: 500 } as const
/** Sound alone keeps the last picture for so long. */
const BLIND_MS = 3_000
/** A picture that changes its parameters is back within so much, or the slate comes. */
const CHANGE_MS = 200
/** How far the slate is ahead of the clock: a part, so that the change costs nobody anything. */
const LEAD_MS = 550

/** Where a programme has its slates from. */
export interface Slates {
  /** What is shown while no picture comes; `null` when nothing should be. */
  due(): Slate | null
  setSize(size: PictureSize): void
  setLost(): void
}

/** What a programme is made with. */
export interface ProgrammeOptions {
  /** One for each rendition: all get the same. */
  readonly packagers: readonly Packager[]
  readonly nowMs: () => number
  readonly slates: Slates
  readonly onAir: (isOnAir: boolean) => void
}

/**
 * What viewers see: the publisher's picture, or a slate until it comes and while it is lost.
 *
 * ```
 * off ──show is due──► slate ──a keyframe, whole parameters──► picture
 *  ▲                   │  ▲                                       │
 *  └──show is over─────┘  └──silent, gone, or another clock───────┘
 * ```
 *
 * Each change is a timeline of its own, and the next begins where the last one ended. [PG1, PG2]
 */
export class Programme {
  readonly #options: ProgrammeOptions
  readonly #gate: StartGate
  #state: 'off' | 'slate' | 'picture' = 'off'
  #sound = new SteadySound(null)
  #loop: SlateLoop | null = null
  #slateAtMs = 0
  #silentMs: number = SILENT_MS.rtmp
  /** When frames last came: any, and pictures. */
  #heardAtMs = 0
  #seenAtMs = 0
  /** The slate does not come before. */
  #slateDueAtMs = 0
  #lastAudio: AudioConfig | null = null

  constructor(options: ProgrammeOptions) {
    this.#options = options
    this.#gate = new StartGate({
      open: (tracks, heldMs) => this.#showPicture(tracks, heldMs),
      take: (frame) => this.#pass(frame),
      shut: () => this.#leavePicture(),
    })
  }

  /** A publisher was let in. */
  begin(via: ArrivingPublisher['via']): void {
    this.#silentMs = SILENT_MS[via]
    this.#heardAtMs = this.#options.nowMs()
  }

  /** Take what the publisher sent. */
  take(content: FlvContent): void {
    this.#heardAtMs = this.#options.nowMs()
    this.#gate.take(content)
  }

  /** The publisher is gone. */
  end(): void {
    this.#gate.shut()
    this.#slateDueAtMs = 0
    this.look()
  }

  /** Nothing is shown any more. */
  close(): void {
    this.#gate.shut()
    this.#leave()
  }

  /** Look at the clock: is the picture lost, what of the slate is due? Call it often. */
  look(): void {
    const nowMs = this.#options.nowMs()
    const isSilent = nowMs - this.#heardAtMs > this.#silentMs
    if (this.#state === 'picture' && (isSilent || nowMs - this.#seenAtMs > BLIND_MS)) {
      this.#gate.shut()
      this.#slateDueAtMs = 0
    }
    if (this.#state === 'picture' || nowMs < this.#slateDueAtMs) return
    const slate = this.#options.slates.due()
    if (slate === null) return this.#leave()
    if (this.#loop?.slate !== slate) this.#showSlate(slate, nowMs)
    const untilMs = nowMs + LEAD_MS - this.#slateAtMs
    for (const frame of this.#loop?.take(untilMs) ?? []) this.#pass(frame)
  }

  #showPicture({ video, audio }: OpenTracks, heldMs: number): void {
    const nowMs = this.#options.nowMs()
    this.#lastAudio = audio
    this.#seenAtMs = nowMs
    this.#loop = null
    this.#options.slates.setSize(readPictureSize(video.record))
    this.#start('picture', { video, sound: new SteadySound(audio) }, nowMs - heldMs)
  }

  #showSlate(slate: Slate, nowMs: number): void {
    this.#loop = new SlateLoop(slate)
    const sound = silentLike(this.#lastAudio)
    // What was shown last may end in the future: the slate is no further ahead than its lead.
    this.#slateAtMs = this.#start('slate', { video: slate.video, sound }, nowMs)
  }

  #start(
    state: 'slate' | 'picture',
    { video, sound }: { readonly video: VideoConfig; readonly sound: SteadySound },
    atMs: number,
  ): number {
    const { packagers, onAir } = this.#options
    if (this.#state === 'off') onAir(true)
    this.#state = state
    this.#sound = sound
    for (const packager of packagers) packager.flush()
    const beganAtMs = Math.ceil(Math.max(atMs, ...packagers.map(({ endAtMs }) => endAtMs)))
    for (const packager of packagers) packager.begin({ video, audio: sound.config }, beganAtMs)
    return beganAtMs
  }

  #pass(frame: Frame): void {
    if (this.#state === 'picture' && frame.kind === 'video') this.#seenAtMs = this.#heardAtMs
    for (const each of this.#sound.take(frame)) {
      for (const packager of this.#options.packagers) packager.take(each)
    }
  }

  /** What was shown last is shown to its end. */
  #leavePicture(): void {
    const { packagers, slates } = this.#options
    for (const packager of packagers) packager.flush()
    slates.setLost()
    this.#state = 'slate'
    this.#slateDueAtMs = this.#options.nowMs() + CHANGE_MS
  }

  #leave(): void {
    if (this.#state === 'off') return
    for (const packager of this.#options.packagers) packager.flush()
    this.#state = 'off'
    this.#loop = null
    this.#options.onAir(false)
  }
}
