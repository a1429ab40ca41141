import type { StageLanguage } from './words.ts'

/** What the player says and what its controls are called. */
export interface PlayerWords {
  readonly waiting: string
  /** The show is on, and nobody sends a picture. */
  readonly missing: string
  readonly starting: string
  readonly live: string
  readonly replay: string
  readonly reconnecting: string
  readonly ended: string
  readonly play: string
  readonly pause: string
  readonly soundOn: string
  readonly soundOff: string
  readonly captions: string
  readonly back: string
  readonly goLive: string
  readonly fullScreen: string
  readonly picture: string
}

const WORDS: Readonly<Record<StageLanguage, PlayerWords>> = {
  en: {
    waiting: 'The picture comes when the show begins',
    missing: 'No picture right now. You can still buy',
    starting: 'Starting',
    live: 'Live',
    replay: 'Earlier in the show',
    reconnecting: 'Picture lost, reconnecting. You can still buy',
    ended: 'The show is over',
    play: 'Play',
    pause: 'Pause',
    soundOn: 'Sound on',
    soundOff: 'Sound off',
    captions: 'Captions',
    back: 'Back 30 s',
    goLive: 'Go live',
    fullScreen: 'Full screen',
    picture: 'The show',
  },
  de: {
    waiting: 'Das Bild kommt, wenn die Show beginnt',
    missing: 'Gerade kein Bild. Kaufen geht weiter',
    starting: 'Startet',
    live: 'Live',
    replay: 'Früher in der Show',
    reconnecting: 'Bild weg, wird neu verbunden. Kaufen geht weiter',
    ended: 'Die Show ist vorbei',
    play: 'Abspielen',
    pause: 'Anhalten',
    soundOn: 'Ton an',
    soundOff: 'Ton aus',
    captions: 'Untertitel',
    back: '30 s zurück',
    goLive: 'Zum Live-Bild',
    fullScreen: 'Vollbild',
    picture: 'Die Show',
  },
  es: {
    waiting: 'La imagen llega cuando empiece el show',
    missing: 'Ahora no hay imagen. Puedes seguir comprando',
    starting: 'Empezando',
    live: 'En vivo',
    replay: 'Antes en el show',
    reconnecting: 'Se perdió la imagen, reconectando. Puedes seguir comprando',
    ended: 'El show terminó',
    play: 'Reproducir',
    pause: 'Pausar',
    soundOn: 'Con sonido',
    soundOff: 'Sin sonido',
    captions: 'Subtítulos',
    back: '30 s atrás',
    goLive: 'Ir al vivo',
    fullScreen: 'Pantalla completa',
    picture: 'El show',
  },
}

/** The player's words in a language of the stage. */
export function playerWordsOf(language: StageLanguage): PlayerWords {
  return WORDS[language]
}
