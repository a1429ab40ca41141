import { whenText } from './stage-time.ts'
import { chooseLanguage, say, type StageLanguage } from './words.ts'

/** What stands below a show's title while there is no picture. */
export interface SlateLines {
  readonly before: string
  readonly during: string
}

const LINES: Readonly<Record<StageLanguage, SlateLines>> = {
  en: { before: 'It begins at {time}', during: 'The picture comes in a moment' },
  de: { before: 'Beginn: {time}', during: 'Das Bild kommt gleich' },
  es: { before: 'Empieza: {time}', during: 'La imagen llega enseguida' },
}

/** The lines of a show's slate, in its first language and by its own clock. */
export function slateLinesOf(
  show: {
    readonly languages: readonly string[]
    readonly timeZone: string
    readonly startsAtMs: number
  },
  nowMs: number,
): SlateLines {
  const { timeZone, startsAtMs } = show
  const language = chooseLanguage(null, show.languages.slice(0, 1))
  const { before, during } = LINES[language]
  const time = whenText({ language, timeZone, nowMs }, startsAtMs)
  return { before: say(before, { time }), during }
}
