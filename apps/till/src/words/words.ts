import { setupI18n } from '@lingui/core'

import { compileTexts } from './compile-texts.ts'
import { LANGUAGES, type Language, textsOf } from './texts.ts'

const LANGUAGE_KEY = 'nightmarket language'
const i18n = setupI18n({ missing: (language, key) => `${language}: ${key}` })

/** Speak the language that was chosen here, or the tablet's, or English. */
export function openWords(): void {
  const wanted = localStorage.getItem(LANGUAGE_KEY) ?? navigator.language.slice(0, 2)
  const language = wanted in LANGUAGES ? (wanted as Language) : 'en'
  i18n.loadAndActivate({ locale: language, messages: compileTexts(textsOf(language)) })
  document.documentElement.lang = language
}

/** Keep another language, and begin again in it: nothing of a sale is in memory alone. */
export function chooseLanguage(language: string): void {
  localStorage.setItem(LANGUAGE_KEY, language)
  location.reload()
}

/** A text in the language at hand. */
export function say(key: string, values: Readonly<Record<string, string | number>> = {}): string {
  return i18n._(key, values)
}

/** The language at hand, for money and dates. */
export function locale(): string {
  return i18n.locale
}

/** A time of the day, or the day too when it is another one. */
export function timeText(atMs: number): string {
  const isToday = new Date(atMs).toDateString() === new Date().toDateString()
  const format = isToday ? { timeStyle: 'short' } : { dateStyle: 'short', timeStyle: 'short' }
  return new Intl.DateTimeFormat(locale(), format as Intl.DateTimeFormatOptions).format(atMs)
}
