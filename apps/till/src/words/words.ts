import i18next from 'i18next'

import { camera } from './area/camera.ts'
import { enrolling } from './area/enrolling.ts'
import { goods } from './area/goods.ts'
import { night } from './area/night.ts'
import { order } from './area/order.ts'
import { pay } from './area/pay.ts'
import { receipt } from './area/receipt.ts'
import { trouble } from './area/trouble.ts'
import { de } from './de.ts'
import { en, type Words } from './en.ts'
import { es } from './es.ts'

/** The languages of the till, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español' } as const

/** What one part of the screen says, by its name: `say('camera.denied')`. */
const AREAS = { camera, enrolling, goods, night, order, pay, receipt, trouble }

const LANGUAGE_KEY = 'nightmarket language'

/** Speak the language that was chosen here, or the tablet's, or English. */
export async function openWords(): Promise<void> {
  const wanted = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language.slice(0, 2)
  const lng = wanted in LANGUAGES ? wanted : 'en'
  await i18next.init({
    lng,
    fallbackLng: 'en',
    resources: { en: wordsOf('en', en), de: wordsOf('de', de), es: wordsOf('es', es) },
    // Preact escapes what it shows.
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = lng
}

function wordsOf(language: keyof typeof LANGUAGES, words: Words) {
  const areas = Object.entries(AREAS).map(([name, area]) => [name, area[language]])
  return { translation: { ...words, ...Object.fromEntries(areas) } }
}

/** Keep another language, and begin again in it: nothing of a sale is in memory alone. */
export function chooseLanguage(language: string): void {
  localStorage.setItem(LANGUAGE_KEY, language)
  location.reload()
}

/** A text in the language at hand. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return i18next.t(key, values)
}

/** The language at hand, for money and dates. */
export function locale(): string {
  return i18next.language
}

/** A time of the day, or the day too when it is another one. */
export function timeText(atMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date().toDateString()
  const format = isToday ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }
  return new Intl.DateTimeFormat(locale(), format as Intl.DateTimeFormatOptions).format(atMs)
}
