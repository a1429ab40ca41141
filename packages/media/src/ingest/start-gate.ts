import type {
  AudioConfig,
  AudioFrame,
  FlvContent,
  VideoConfig,
  VideoFrame,
} from '../flv/read-tag.ts'

/** A coded picture or sound. */
export type Frame = VideoFrame | AudioFrame

/** What a publisher's picture is made of; `null` when no sound came. */
export interface OpenTracks {
  readonly video: VideoConfig
  readonly audio: AudioConfig | null
}

/** Hears of what a gate lets through. */
export interface GateListener {
  /** A picture begins at a keyframe; what was held meanwhile comes next, so much of it. */
  open(tracks: OpenTracks, heldMs: number): void
  take(frame: Frame): void
  /** The run is over: other parameters, or a clock that jumped. What comes opens it again. */
  shut(): void
}

/** A step of time stamps that is longer, or leads back, is a jump. */
const JUMP_MS = 3_000
const BACK_MS = 100
/** How long pictures wait for sound that never comes. */
const SOUND_PATIENCE_MS = 1_000
/** What is held at most: two seconds at 60 pictures a second, with their sound. */
const HELD_MAX = 300
/** RTMP's clock has 32 bits and begins again after 49 days. */
const WRAP_MS = 2 ** 32

/**
 * Makes runs of what a publisher sends: each begins with a keyframe and known parameters, and has
 * an unbroken clock that never goes back. [GT1, GT2, GT3]
 */
export class StartGate {
  readonly #listener: GateListener
  #video: VideoConfig | null = null
  #audio: AudioConfig | null = null
  #isOpen = false
  #held: Frame[] = []
  readonly #lastMs = { video: null as number | null, audio: null as number | null }

  constructor(listener: GateListener) {
    this.#listener = listener
  }

  /** Take what the publisher sent. */
  take(content: FlvContent): void {
    if (content.kind === 'video-config') {
      if (this.#video?.record.equals(content.record) !== true) this.shut()
      this.#video = content
    } else if (content.kind === 'audio-config') {
      // Sound that is waited for may still come.
      if (this.#isOpen && this.#audio?.record.equals(content.record) !== true) this.shut()
      this.#audio = content
    } else this.#takeFrame(content)
  }

  /** The publisher is gone, or was silent: what comes next is another run. */
  shut(): void {
    if (this.#isOpen) this.#listener.shut()
    this.#isOpen = false
    this.#held = []
    this.#lastMs.video = null
    this.#lastMs.audio = null
  }

  #takeFrame(sent: Frame): void {
    if (this.#video === null || (sent.kind === 'audio' && this.#audio === null)) return
    const unwrapped = this.#unwrap(sent)
    if (this.#jumps(unwrapped)) this.shut()
    const frame = this.#inOrder(unwrapped)
    if (this.#isOpen) return this.#pass(frame)
    this.#hold(frame)
    if (this.#mayOpen()) this.#open(this.#video)
  }

  #unwrap(frame: Frame): Frame {
    const lastMs = this.#lastMs[frame.kind] ?? this.#lastMs.video
    if (lastMs === null) return frame
    const turns = Math.round((lastMs - frame.timestampMs) / WRAP_MS)
    return turns === 0 ? frame : { ...frame, timestampMs: frame.timestampMs + turns * WRAP_MS }
  }

  #jumps({ kind, timestampMs }: Frame): boolean {
    const lastMs = this.#lastMs[kind]
    return lastMs !== null && (timestampMs < lastMs - BACK_MS || timestampMs > lastMs + JUMP_MS)
  }

  /** A picture that is sent with a time before the last keeps its time of showing. */
  #inOrder(frame: Frame): Frame {
    const lastMs = this.#lastMs[frame.kind]
    const atMs = lastMs === null ? frame.timestampMs : Math.max(frame.timestampMs, lastMs + 1)
    if (atMs === frame.timestampMs) return frame
    if (frame.kind === 'audio') return { ...frame, timestampMs: atMs }
    const offsetMs = frame.offsetMs + frame.timestampMs - atMs
    return { ...frame, timestampMs: atMs, offsetMs }
  }

  #pass(frame: Frame): void {
    this.#lastMs[frame.kind] = frame.timestampMs
    this.#listener.take(frame)
  }

  /** From the first keyframe on; sound before it has no picture. */
  #hold(frame: Frame): void {
    this.#lastMs[frame.kind] = frame.timestampMs
    if (this.#held.length === 0 && (frame.kind === 'audio' || !frame.isKeyframe)) return
    if (this.#held.length >= HELD_MAX) this.#held = []
    else this.#held.push(frame)
  }

  #mayOpen(): boolean {
    const [first] = this.#held
    const last = this.#held.findLast(({ kind }) => kind === 'video')
    if (first === undefined || last === undefined) return false
    return this.#audio !== null || last.timestampMs - first.timestampMs >= SOUND_PATIENCE_MS
  }

  #open(video: VideoConfig): void {
    const held = this.#held
    this.#held = []
    this.#isOpen = true
    const heldMs = (this.#lastMs.video ?? 0) - (held[0]?.timestampMs ?? 0)
    this.#listener.open({ video, audio: this.#audio }, heldMs)
    for (const frame of held) this.#listener.take(frame)
  }
}
