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
  const button = (name: string, label: string, action: () => void) => {
    const made = document.createElement('button')
    made.type = 'button'
    made.className = `player-${name}`
    made.textContent = label
    made.addEventListener('click', action)
    bar.append(made)
    return made
  }
  const play = button('play', words.play, actions.playOrPause)
  const sound = button('sound', words.soundOn, actions.sound)
  const captions = button('captions', words.captions, actions.captions)
  button('back', words.back, actions.back)
  const live = button('live', words.goLive, actions.goLive)
  button('full', words.fullScreen, actions.fullScreen)
  return {
    element: bar,
    show(look: PlayerLook) {
      play.textContent = look.isPaused ? words.play : words.pause
      sound.textContent = look.isMuted ? words.tapForSound : words.soundOff
      sound.setAttribute('aria-pressed', String(!look.isMuted))
      captions.hidden = !look.hasCaptions
      captions.textContent =
        look.captions === null ? words.captions : `${words.captions}: ${look.captions}`
      captions.setAttribute('aria-pressed', String(look.captions !== null))
      live.hidden = look.isLive
    },
  }
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
