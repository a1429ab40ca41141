import type { StageLanguage } from './words.ts'

/** What the page says that sends the show from a phone. */
export interface GoLiveWords {
  readonly title: string
  readonly key: string
  readonly keyHint: string
  readonly start: string
  readonly stop: string
  readonly turn: string
  readonly preview: string
  readonly states: Readonly<Record<GoLiveState, string>>
  /** By the code of what is wrong with the stream. */
  readonly flaws: Readonly<Record<string, string>>
}

/** How the sending of a phone stands; the page has words for each. */
export type GoLiveState =
  | 'ready'
  | 'insecure'
  | 'asking'
  | 'no_camera'
  | 'connecting'
  | 'live'
  | 'lost'
  | 'key_wrong'
  | 'other_show'
  | 'busy'
  | 'unsupported'
  | 'refused'
  | 'stopped'

const WORDS: Readonly<Record<StageLanguage, GoLiveWords>> = {
  en: {
    title: 'Go live from this phone',
    key: 'Stream key',
    keyHint: 'From: nightmarket show key',
    start: 'Go live',
    stop: 'Stop',
    turn: 'Other camera',
    preview: 'What your camera sees',
    states: {
      ready: 'Nobody sees you yet.',
      insecure: 'The camera needs a secure page: open this address with https://.',
      asking: 'Allow the camera and the microphone.',
      no_camera: 'There is no camera, or it was not allowed. Allow it in the browser.',
      connecting: 'Connecting…',
      live: 'You are live. Keep this page open and the phone awake.',
      lost: 'The connection is lost; viewers see the slate. Trying again…',
      key_wrong: 'That is not the stream key of this show.',
      other_show: 'That key is for another show than the one that is on.',
      busy: 'Somebody else is live. They have to stop first.',
      unsupported: 'This browser cannot send H.264. Open this page in Chrome, Edge or Safari.',
      refused: 'The market did not take the picture. Try again.',
      stopped: 'You are no longer live.',
    },
    flaws: {
      sound_missing: 'No sound arrives: check the microphone.',
      sound_quiet: 'The sound is too quiet: come closer to the phone.',
      sound_loud: 'The sound is too loud: go further from the phone.',
      falls_behind: 'The network is too slow: go closer to the router, or use mobile data.',
      frames_dropped: 'Pictures are missing: the network is too slow, or the phone too warm.',
      bitrate_low: 'The picture is blurred: the network is slow.',
      frame_rate_low: 'The picture jerks: more light helps.',
    },
  },
  de: {
    title: 'Von diesem Telefon senden',
    key: 'Streamschlüssel',
    keyHint: 'Von: nightmarket show key',
    start: 'Live gehen',
    stop: 'Aufhören',
    turn: 'Andere Kamera',
    preview: 'Was deine Kamera sieht',
    states: {
      ready: 'Noch sieht dich niemand.',
      insecure: 'Die Kamera braucht eine sichere Seite: öffne diese Adresse mit https://.',
      asking: 'Erlaube Kamera und Mikrofon.',
      no_camera: 'Keine Kamera, oder sie wurde nicht erlaubt. Erlaube sie im Browser.',
      connecting: 'Verbinde …',
      live: 'Du bist live. Lass diese Seite offen und das Telefon wach.',
      lost: 'Verbindung weg; Zuschauer sehen die Tafel. Neuer Versuch …',
      key_wrong: 'Das ist nicht der Streamschlüssel dieser Show.',
      other_show: 'Der Schlüssel gehört zu einer anderen Show als der laufenden.',
      busy: 'Jemand anders ist live und muss erst aufhören.',
      unsupported: 'Dieser Browser sendet kein H.264. Nimm dafür Chrome, Edge oder Safari.',
      refused: 'Der Markt nahm das Bild nicht an. Versuch es noch einmal.',
      stopped: 'Du bist nicht mehr live.',
    },
    flaws: {
      sound_missing: 'Es kommt kein Ton: prüfe das Mikrofon.',
      sound_quiet: 'Der Ton ist zu leise: komm näher ans Telefon.',
      sound_loud: 'Der Ton ist zu laut: geh weiter weg vom Telefon.',
      falls_behind: 'Das Netz ist zu langsam: geh näher zum Router, oder nimm mobile Daten.',
      frames_dropped: 'Bilder fehlen: das Netz ist zu langsam, oder das Telefon zu warm.',
      bitrate_low: 'Das Bild ist unscharf: das Netz ist langsam.',
      frame_rate_low: 'Das Bild ruckelt: mehr Licht hilft.',
    },
  },
  es: {
    title: 'Emitir desde este teléfono',
    key: 'Clave de emisión',
    keyHint: 'De: nightmarket show key',
    start: 'Emitir',
    stop: 'Parar',
    turn: 'Otra cámara',
    preview: 'Lo que ve tu cámara',
    states: {
      ready: 'Nadie te ve todavía.',
      insecure: 'La cámara necesita una página segura: abre esta dirección con https://.',
      asking: 'Permite la cámara y el micrófono.',
      no_camera: 'No hay cámara, o no se permitió. Permítela en el navegador.',
      connecting: 'Conectando…',
      live: 'Estás en vivo. Deja esta página abierta y el teléfono despierto.',
      lost: 'Se perdió la conexión; el público ve el cartel. Otro intento…',
      key_wrong: 'Esa no es la clave de este show.',
      other_show: 'Esa clave es de otro show.',
      busy: 'Otra persona está en vivo y tiene que parar primero.',
      unsupported: 'Este navegador no envía H.264. Abre esta página en Chrome, Edge o Safari.',
      refused: 'El mercado no aceptó la imagen. Inténtalo otra vez.',
      stopped: 'Ya no estás en vivo.',
    },
    flaws: {
      sound_missing: 'No llega sonido: revisa el micrófono.',
      sound_quiet: 'El sonido es muy bajo: acércate al teléfono.',
      sound_loud: 'El sonido es muy alto: aléjate del teléfono.',
      falls_behind: 'La red es muy lenta: acércate al router, o usa datos móviles.',
      frames_dropped: 'Faltan imágenes: la red es lenta, o el teléfono está caliente.',
      bitrate_low: 'La imagen está borrosa: la red es lenta.',
      frame_rate_low: 'La imagen da saltos: más luz ayuda.',
    },
  },
}

/** The words of the page in a language of the stage. */
export function goLiveWordsOf(language: StageLanguage): GoLiveWords {
  return WORDS[language]
}
