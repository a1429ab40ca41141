import { camera } from './area/camera.ts'
import { enrolling } from './area/enrolling.ts'
import { goods } from './area/goods.ts'
import { night } from './area/night.ts'
import { order } from './area/order.ts'
import { pay } from './area/pay.ts'
import { receipt } from './area/receipt.ts'
import { trouble } from './area/trouble.ts'
import { de } from './de.ts'
import { en } from './en.ts'
import { es } from './es.ts'

/** The languages of the till, by their own names. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español' } as const

/** A language that the till speaks. */
export type Language = keyof typeof LANGUAGES

/** What one part of the screen says, by its name: `say('camera.denied')`. */
const AREAS = { camera, enrolling, goods, night, order, pay, receipt, trouble }

const WHOLE = { en, de, es }

/** Everything that the till says in one language, by the names that `say` is called with. */
export function textsOf(language: Language) {
  const areas = Object.entries(AREAS).map(([name, area]) => [name, area[language]])
  return { ...WHOLE[language], ...Object.fromEntries(areas) }
}
