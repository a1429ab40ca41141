import type { PlayerWords } from '@nightmarket/ui'

/** What the controls do. */
export interface PlayerActions {
  readonly playOrPause: () => void
  readonly sound: () => void
  readonly captions: () => void
  readonly back: () => void
  readonly goLive: () => void
  readonly fullScreen: () => void
}

/** How the controls look now. */
export interface PlayerLook {
  readonly isPaused: boolean
  readonly isMuted: boolean
  readonly isLive: boolean
  /** The captions that are shown; `null` for none. */
  readonly captions: string | null
  readonly hasCaptions: boolean
}

/** The row of controls: real buttons with names, large enough for a thumb. */
export function createPlayerBar(words: PlayerWords, actions: PlayerActions) {
  const bar = document.createElement('div')
  bar.className = 'player-bar'
  const button = (name: keyof typeof SIGNS, text: string, action: () => void) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = `player-${name}`
    label(made, text)
    made.append(sign(SIGNS[name]))
    made.addEventListener('click', action)
    bar.append(made)
    return made
  }
  const play = button('play', words.play, actions.playOrPause)
  const back = button('back', words.back, actions.back)
  back.append('30')
  const live = button('live', words.goLive, actions.goLive)
  live.append(words.goLive)
  const captions = button('captions', words.captions, actions.captions)
  const language = document.createElement('span')
  captions.append(language)
  const sound = button('sound', words.soundOn, actions.sound)
  button('full', words.fullScreen, actions.fullScreen)
  return {
    element: bar,
    show(look: PlayerLook) {
      label(play, look.isPaused ? words.play : words.pause)
      draw(play, look.isPaused ? SIGNS.play : SIGNS.pause)
      label(sound, look.isMuted ? words.soundOn : words.soundOff)
      draw(sound, look.isMuted ? SIGNS.muted : SIGNS.sound)
      captions.hidden = !look.hasCaptions
      language.textContent = look.captions ?? ''
      captions.setAttribute('aria-pressed', String(look.captions !== null))
      live.hidden = look.isLive
    },
  }
}

/** What stands on the buttons, on a field of 24 by 24. */
const SIGNS = {
  play: 'M8 5v14l11-7z',
  pause: 'M7 5h4v14H7zM13 5h4v14h-4z',
  back: 'M11 6V2L5 8l6 6v-4a5 5 0 1 1-5 5H4a7 7 0 1 0 7-9z',
  live: 'M12 8a4 4 0 1 0 0 8 4 4 0 0 0 0-8z',
  captions: 'M3 5h18v14H3zm2 2v10h14V7zm1 3h5v2H6zm7 0h5v2h-5zm-7 3h3v2H6zm5 0h7v2h-7z',
  sound: 'M4 9v6h4l5 4V5L8 9zm11 0a4 4 0 0 1 0 6zm0-4a8 8 0 0 1 0 14v-2a6 6 0 0 0 0-10z',
  muted: 'M4 9v6h4l5 4V5L8 9zm11 0 2 2 2-2 1 1-2 2 2 2-1 1-2-2-2 2-1-1 2-2-2-2z',
  full: 'M4 4h6v2H6v4H4zm10 0h6v6h-2V6h-4zM4 14h2v4h4v2H4zm14 0h2v6h-6v-2h4z',
} as const

const SVG = 'http://www.w3.org/2000/svg'

function sign(path: string): SVGElement {
  const svg = document.createElementNS(SVG, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const drawn = document.createElementNS(SVG, 'path')
  drawn.setAttribute('d', path)
  svg.append(drawn)
  return svg
}

function draw(button: HTMLButtonElement, path: string): void {
  button.querySelector('path')?.setAttribute('d', path)
}

/** What a button is called, for those who hear it and those who rest on it. */
function label(button: HTMLButtonElement, text: string): void {
  button.setAttribute('aria-label', text)
  button.title = text
}

const KEYS: Readonly<Record<string, keyof PlayerActions>> = {
  k: 'playOrPause',
  ' ': 'playOrPause',
  m: 'sound',
  c: 'captions',
  j: 'back',
  ArrowLeft: 'back',
  l: 'goLive',
  f: 'fullScreen',
}

/** The keys that people know from other players, while the picture or its controls have focus. */
export function listenForKeys(root: HTMLElement, actions: PlayerActions): void {
  root.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const isButton = event.target instanceof HTMLButtonElement
    if (event.key === ' ' && isButton) return
    const action = KEYS[event.key]
    if (action === undefined) return
    event.preventDefault()
    actions[action]()
  })
}
