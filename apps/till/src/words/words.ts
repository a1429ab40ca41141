import i18next from 'i18next'

import { LANGUAGES, textsOf } from './texts.ts'

const LANGUAGE_KEY = 'nightmarket language'

/** Speak the language that was chosen here, or the tablet's, or English. */
export async function openWords(): Promise<void> {
  const wanted = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language.slice(0, 2)
  const lng = wanted in LANGUAGES ? wanted : 'en'
  await i18next.init({
    lng,
    fallbackLng: 'en',
    resources: {
      en: { translation: textsOf('en') },
      de: { translation: textsOf('de') },
      es: { translation: textsOf('es') },
    },
    // Preact escapes what it shows.
    interpolation: { escapeValue: false },
  })
  document.documentElement.lang = lng
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
