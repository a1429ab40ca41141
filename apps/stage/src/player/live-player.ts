import type { PlayerWords } from '@nightmarket/ui'

import { CaptionTracks, type CaptionCue } from './caption-tracks.ts'
import { openSource, playsNatively, type Source } from './hls-source.ts'
import { createMediaClock, type MediaClock } from './media-clock.ts'
import { createPlayerBar, listenForKeys, type PlayerActions } from './player-bar.ts'
import { nextState, type PlayerEvent, type PlayerState } from './player-state.ts'
import { answersOfPage, isNear } from './round-trip.ts'

/** How far one tap goes back. */
const BACK_SECONDS = 30

/** The player of the stage: a video element, hls.js or Safari behind it, and our own controls. */
export interface LivePlayer {
  readonly clock: MediaClock
  readonly state: PlayerState
  /** Show words that came on the live channel. */
  caption(cue: CaptionCue): void
  /** The show is over, as the page knows: what is loaded is played to its end. */
  end(): void
  close(): void
}

/** Take over a slot that the page was served with. */
export function startPlayer(root: HTMLElement): LivePlayer {
  const video = root.querySelector('video')
  const { live: far = '', replay = far, words: wordsText = '{}', ends } = root.dataset
  const { master = far, venue = far } = root.dataset
  const near = isNear(answersOfPage()) ? venue : far
  let live = playsNatively() ? master : near
  if (video === null) throw new Error('the slot of the player has no video element')
  const words = JSON.parse(wordsText) as PlayerWords
  const status = document.createElement('p')
  status.className = 'player-status'
  status.setAttribute('role', 'status')
  let state: PlayerState = 'waiting'
  const tell = (event: PlayerEvent) => {
    if (event === 'stream_missing') goFar()
    const isLost = event === 'stalled' || event === 'lost' || event === 'stream_missing'
    const isOver = isLost && ends !== undefined && Date.now() > Number(ends)
    state = nextState(state, isOver ? 'over' : event)
    draw()
  }
  video.controls = false
  video.removeAttribute('src')
  const source: Source = openSource(video, {
    tell,
    onLoaded: () => {
      captions.placeAll()
      void tellWords(source, video, captions)
    },
    onTooFar: goFar,
  })
  /** Not every stream has shorter parts, and not every network holds them. */
  function goFar(): void {
    if (live === far || live === master) return
    live = far
    if (state !== 'replay') source.load(live, 0)
  }
  const clock = createMediaClock(video, source.time)
  const captions = new CaptionTracks(video, source.time)
  const play = () => void video.play().catch(() => draw())
  const actions: PlayerActions = {
    playOrPause: () => (video.paused ? play() : video.pause()),
    sound: () => {
      video.muted = !video.muted
    },
    captions: () => {
      captions.next()
      draw()
    },
    back: () => {
      const isReplay = state === 'replay'
      if (isReplay) video.currentTime = Math.max(0, video.currentTime - BACK_SECONDS)
      else source.load(replay, BACK_SECONDS + (source.behind() ?? 0))
      tell('went_back')
      play()
    },
    goLive: () => {
      tell('went_live')
      source.load(live, 0)
      play()
    },
    fullScreen: () => void (document.fullscreenElement ? leaveFullScreen() : enterFullScreen(root)),
  }
  const bar = createPlayerBar(words, actions)
  function draw(): void {
    root.dataset['state'] = state
    if (status.textContent !== words[state]) status.textContent = words[state]
    bar.show({
      isPaused: video?.paused ?? true,
      isMuted: video?.muted ?? true,
      isLive: state !== 'replay',
      captions: captions.shown,
      hasCaptions: captions.languages.length > 0,
    })
  }
  root.tabIndex = -1
  root.append(status, bar.element)
  listenForKeys(root, actions)
  for (const name of ['play', 'pause', 'volumechange'] as const) video.addEventListener(name, draw)
  for (const name of ['addtrack', 'change'] as const) video.textTracks.addEventListener(name, draw)
  video.addEventListener('playing', () => tell('picture'))
  video.addEventListener('waiting', () => tell('stalled'))
  video.addEventListener('ended', () => tell('over'))
  draw()
  source.load(live, 0)
  play()
  return {
    clock,
    get state() {
      return state
    },
    caption(cue) {
      captions.add(cue)
      draw()
    },
    end: () => tell('over'),
    close() {
      clock.close()
      source.close()
      status.remove()
      bar.element.remove()
    },
  }
}

/** How much of the words before and after the frame on the screen is asked for. */
const WORDS_MS = { before: 30_000, after: 600_000 } as const

/** Whoever comes late, or goes back, has not heard what was said: it is asked for. */
async function tellWords(
  { time }: Source,
  video: HTMLVideoElement,
  captions: CaptionTracks,
): Promise<void> {
  const atMs = Math.round(time.atMsOf(video.currentTime) ?? Date.now())
  const query = `fromMs=${atMs - WORDS_MS.before}&toMs=${atMs + WORDS_MS.after}`
  const response = await fetch(`/v1/captions/cues?${query}`).catch(() => null)
  if (response?.ok !== true) return
  const { cues } = (await response.json()) as { readonly cues: readonly CaptionCue[] }
  for (const cue of cues) captions.add(cue)
}

async function enterFullScreen(root: HTMLElement): Promise<void> {
  // An iPhone has no full screen but for its own player.
  const video: (HTMLVideoElement & IphoneVideo) | null = root.querySelector('video')
  if (document.fullscreenEnabled) await root.requestFullscreen().catch(() => undefined)
  else video?.webkitEnterFullscreen?.()
}

interface IphoneVideo {
  webkitEnterFullscreen?: () => void
}

async function leaveFullScreen(): Promise<void> {
  await document.exitFullscreen().catch(() => undefined)
}
