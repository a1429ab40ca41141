import type { PlayerTime } from './stream-time.ts'

/** Words of the show, by the edge's clock. */
export interface CaptionCue {
  readonly cueId: string
  readonly language: string
  readonly startAtMs: number
  readonly endAtMs: number
  readonly text: string
}

/** The most cues that a track keeps: what is long past is let go. */
const CUES_MAX = 200

/** Captions that come on the live channel, each language on a track of its own. */
export class CaptionTracks {
  readonly #video: HTMLVideoElement
  readonly #time: PlayerTime
  readonly #cues = new Map<string, CaptionCue>()

  constructor(video: HTMLVideoElement, time: PlayerTime) {
    this.#video = video
    this.#time = time
  }

  /** The languages there are, also those that the stream brings itself. */
  get languages(): readonly string[] {
    return [...new Set(this.#tracks().map(({ language, label }) => language || label))]
  }

  /** The language that is shown; `null` for none. */
  get shown(): string | null {
    const track = this.#tracks().find(({ mode }) => mode === 'showing')
    return track === undefined ? null : track.language || track.label
  }

  /** Take a cue. One that came late is shown from now on; the same id replaces its words. */
  add(cue: CaptionCue): void {
    const id = `${cue.language} ${cue.cueId}`
    this.#cues.delete(id)
    this.#cues.set(id, cue)
    const oldest = this.#cues.keys().next().value
    if (this.#cues.size > CUES_MAX && oldest !== undefined) this.#cues.delete(oldest)
    this.#place(cue)
  }

  /** The stream's times are others now: every cue is placed anew. */
  placeAll(): void {
    for (const track of this.#tracks()) {
      for (let cue = track.cues?.[0]; cue !== undefined; cue = track.cues?.[0]) {
        track.removeCue(cue)
      }
    }
    for (const cue of this.#cues.values()) this.#place(cue)
  }

  #place(cue: CaptionCue): void {
    const start = this.#time.currentTimeOf(cue.startAtMs)
    const end = this.#time.currentTimeOf(cue.endAtMs)
    if (start === null || end === null) return
    const track = this.#trackOf(cue.language)
    const known = track.cues?.getCueById(cue.cueId) ?? null
    if (known !== null) track.removeCue(known)
    const late = Math.max(0, this.#video.currentTime - start)
    const shown = new VTTCue(Math.max(0, start), Math.max(start + 0.1, end + late), cue.text)
    shown.id = cue.cueId
    track.addCue(shown)
    const oldest = track.cues?.[0]
    if ((track.cues?.length ?? 0) > CUES_MAX && oldest !== undefined) track.removeCue(oldest)
  }

  /** Show the next language, or none after the last. */
  next(): void {
    const { languages, shown } = this
    const at = shown === null ? -1 : languages.indexOf(shown)
    const wanted = languages[at + 1] ?? null
    for (const track of this.#tracks()) {
      track.mode = (track.language || track.label) === wanted ? 'showing' : 'hidden'
    }
  }

  #tracks(): readonly TextTrack[] {
    return [...this.#video.textTracks].filter(({ kind }) => kind !== 'metadata')
  }

  #trackOf(language: string): TextTrack {
    const known = this.#tracks().find((track) => track.language === language)
    if (known !== undefined) {
      if (known.mode === 'disabled') known.mode = 'hidden'
      return known
    }
    const track = this.#video.addTextTrack('captions', languageName(language), language)
    track.mode = 'hidden'
    return track
  }
}

function languageName(language: string): string {
  return new Intl.DisplayNames([language, 'en'], { type: 'language' }).of(language) ?? language
}
