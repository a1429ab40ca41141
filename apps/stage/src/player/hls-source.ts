import Hls, { type LevelDetails } from 'hls.js/light'

import { controlRate, isTooFar, medianOf, shouldJump, targetOf } from './rate-control.ts'
import { nativeTime, playlistTime, type PlayerTime } from './stream-time.ts'
import type { PlayerEvent } from './player-state.ts'

/** Where pictures come from, whichever way the browser plays them. */
export interface Source {
  readonly time: PlayerTime
  /** Play a playlist from its newest end, or from so many seconds before it. */
  load(url: string, secondsBack: number): void
  /** How many seconds the picture is behind; `null` before it is known. */
  behind(): number | null
  close(): void
}

/** Whom a source tells what happens to it. */
export interface SourceEars {
  readonly tell: (event: PlayerEvent) => void
  /** A stream was loaded, and its times are known anew. */
  readonly onLoaded: () => void
  /** The parts are too short for this network. */
  readonly onTooFar: () => void
}

/** How often the rate is looked at. */
const CONTROL_MS = 250

/** How long to wait before asking for a stream that is not there, at first and at most. */
const RETRY_MS = { first: 1_000, most: 8_000 } as const

/** How many round trips are remembered. */
const ROUND_TRIPS = 15

/** Open the way in which this browser plays HLS. */
export function openSource(video: HTMLVideoElement, ears: SourceEars): Source {
  return Hls.isSupported() ? new HlsSource(video, ears) : openNative(video, ears)
}

/** Whether this browser leaves HLS to itself, and wants to be told of all there is. */
export function playsNatively(): boolean {
  return !Hls.isSupported()
}

/** hls.js for the pictures, and our own hand on the rate. */
class HlsSource implements Source {
  readonly time: PlayerTime
  readonly #video: HTMLVideoElement
  readonly #ears: SourceEars
  readonly #hls: Hls
  readonly #roundTrips: number[] = []
  readonly #control: ReturnType<typeof setInterval>
  #details: LevelDetails | null = null
  #retry: ReturnType<typeof setTimeout> | undefined
  #retryMs: number = RETRY_MS.first
  #secondsBack = 0
  /** Whether times are known for sure, which is with the first frames. */
  #isPlaced = false
  #stalls = 0

  constructor(video: HTMLVideoElement, ears: SourceEars) {
    this.#video = video
    this.#ears = ears
    this.time = playlistTime(() => this.#details)
    this.#hls = new Hls({
      lowLatencyMode: true,
      maxLiveSyncPlaybackRate: 1,
      backBufferLength: 20,
      maxBufferLength: 12,
      startFragPrefetch: true,
      enableWorker: true,
      // Our retries say what they do; the library's would keep quiet for a minute.
      manifestLoadPolicy: { default: quickly(0) },
      playlistLoadPolicy: { default: quickly(2) },
      fragLoadPolicy: { default: quickly(3) },
    })
    this.#listen()
    this.#hls.attachMedia(video)
    this.#control = setInterval(() => this.#steer(), CONTROL_MS)
  }

  load(url: string, secondsBack: number): void {
    clearTimeout(this.#retry)
    this.#secondsBack = secondsBack
    this.#details = null
    this.#isPlaced = false
    this.#stalls = 0
    this.#resume()
    this.#hls.loadSource(url)
  }

  behind(): number | null {
    const { latency } = this.#hls
    return this.#details?.live === true && latency > 0 ? latency : null
  }

  close(): void {
    clearInterval(this.#control)
    clearTimeout(this.#retry)
    this.#hls.destroy()
  }

  #listen(): void {
    const { ERROR, LEVEL_UPDATED, LEVEL_LOADED, MANIFEST_PARSED } = Hls.Events
    const { FRAG_LOADED, FRAG_BUFFERED } = Hls.Events
    this.#hls.on(MANIFEST_PARSED, () => {
      this.#retryMs = RETRY_MS.first
      this.#ears.tell('stream_found')
    })
    this.#hls.on(LEVEL_LOADED, (_, { details }) => {
      const isFirst = this.#details === null
      this.#details = details
      if (isFirst && this.#secondsBack > 0) this.#goBack(details)
    })
    this.#hls.on(LEVEL_UPDATED, (_, { details }) => {
      this.#details = details
    })
    this.#hls.on(FRAG_LOADED, (_, { part, frag }) => {
      const { first, start } = (part ?? frag).stats.loading
      this.#roundTrips.push(Math.max(0, first - start) / 1_000)
      if (this.#roundTrips.length > ROUND_TRIPS) this.#roundTrips.shift()
    })
    this.#hls.on(FRAG_BUFFERED, () => {
      if (!this.#isPlaced) this.#ears.onLoaded()
      this.#isPlaced = true
    })
    this.#hls.on(ERROR, (_, { fatal, details, type }) => {
      if (details === Hls.ErrorDetails.BUFFER_STALLED_ERROR) {
        this.#stalls++
        this.#ears.tell('stalled')
      }
      if (!fatal) return
      if (type === Hls.ErrorTypes.MEDIA_ERROR) {
        this.#resume()
        this.#hls.recoverMediaError()
        return
      }
      this.#ears.tell(this.#details === null ? 'stream_missing' : 'lost')
      this.#again()
    })
  }

  /** A video element that is given another source stops: what was playing plays on. */
  #resume(): void {
    if (this.#video.paused) return
    const play = () => void this.#video.play().catch(() => undefined)
    this.#video.addEventListener('loadeddata', play, { once: true })
  }

  #again(): void {
    const { url } = this.#hls
    clearTimeout(this.#retry)
    if (url === null) return
    this.#retry = setTimeout(() => this.load(url, this.#secondsBack), this.#retryMs)
    this.#retryMs = Math.min(RETRY_MS.most, this.#retryMs * 2)
  }

  #goBack({ edge, fragments }: LevelDetails): void {
    const first = fragments[0]?.start ?? 0
    this.#video.currentTime = Math.max(first, edge - this.#secondsBack)
  }

  #steer(): void {
    const details = this.#details
    const behind = this.behind()
    if (details === null || behind === null || this.#secondsBack > 0 || this.#video.paused) {
      this.#video.playbackRate = 1
      return
    }
    const part = details.partTarget || details.targetduration
    const roundTrip = medianOf(this.#roundTrips)
    const holdBack = details.partHoldBack || details.holdBack || 3 * part
    const stalls = this.#stalls
    if (isTooFar({ part, roundTrip, stalls })) this.#ears.onTooFar()
    const target = targetOf({ part, holdBack, roundTrip, stalls })
    const { currentTime } = this.#video
    if (shouldJump({ behind, target })) {
      this.#video.currentTime = currentTime + (behind - target)
      return
    }
    const buffered = endOfBuffer(this.#video) - currentTime
    this.#video.playbackRate = controlRate({ behind, target, buffered, part })
    this.#video.dataset['target'] = target.toFixed(2)
  }
}

function quickly(tries: number) {
  const retry = { maxNumRetry: tries, retryDelayMs: 300, maxRetryDelayMs: 2_000 }
  return {
    maxTimeToFirstByteMs: 8_000,
    maxLoadTimeMs: 12_000,
    timeoutRetry: retry,
    errorRetry: retry,
  }
}

function endOfBuffer({ buffered, currentTime }: HTMLVideoElement): number {
  for (let at = 0; at < buffered.length; at++) {
    const isHere = buffered.start(at) <= currentTime + 0.1 && buffered.end(at) >= currentTime
    if (isHere) return buffered.end(at)
  }
  return currentTime
}

/** Safari plays low-latency HLS by itself, and keeps its own distance. */
function openNative(video: HTMLVideoElement, { tell, onLoaded }: SourceEars): Source {
  let [retry, back] = [undefined as ReturnType<typeof setTimeout> | undefined, 0]
  const onMetadata = () => {
    tell('stream_found')
    const end = video.seekable.length > 0 ? video.seekable.end(video.seekable.length - 1) : 0
    if (back > 0) video.currentTime = Math.max(0, end - back)
    onLoaded()
  }
  const onError = () => {
    tell(video.readyState === 0 ? 'stream_missing' : 'lost')
    const { src } = video
    retry = setTimeout(() => {
      video.src = src
    }, RETRY_MS.first)
  }
  video.addEventListener('loadedmetadata', onMetadata)
  video.addEventListener('error', onError)
  return {
    time: nativeTime(video),
    load(url, secondsBack) {
      back = secondsBack
      video.src = url
    },
    behind() {
      const { seekable, currentTime } = video
      return seekable.length === 0 ? null : seekable.end(seekable.length - 1) - currentTime
    },
    close() {
      clearTimeout(retry)
      video.removeEventListener('loadedmetadata', onMetadata)
      video.removeEventListener('error', onError)
      video.removeAttribute('src')
    },
  }
}
