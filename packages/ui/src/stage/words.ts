import { BUYER_WORDS } from './buyer-words.ts'
import { WORDS_DE } from './words-de.ts'
import { WORDS_EN } from './words-en.ts'
import { WORDS_ES } from './words-es.ts'

/** Every sentence of the stage. `{name}` stands for a fact. */
export type Words = MainWords & { readonly [Key in keyof typeof BUYER_WORDS.en]: string }

/** The sentences of the pages themselves, which each language brings. */
export type MainWords = { readonly [Key in keyof typeof WORDS_EN]: string }

/** The languages that the stage speaks. The first is what it speaks when asked for another. */
export const STAGE_LANGUAGES = ['en', 'de', 'es'] as const

/** A language of the stage. */
export type StageLanguage = (typeof STAGE_LANGUAGES)[number]

const MAIN: Readonly<Record<StageLanguage, MainWords>> = {
  en: WORDS_EN,
  de: WORDS_DE,
  es: WORDS_ES,
}

/** The words of one language. */
export function wordsOf(language: StageLanguage): Words {
  return { ...MAIN[language], ...BUYER_WORDS[language] }
}

/** Put facts into a sentence. A fact that is missing stays visible, so that it is noticed. */
export function say(sentence: string, facts: Readonly<Record<string, string | number>>): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const fact = facts[name]
    return fact === undefined ? whole : String(fact)
  })
}

/**
 * The language for a viewer: the first of `Accept-Language` that the show and the stage speak, or
 * else the show's own first.
 */
export function chooseLanguage(accepted: string | null, spoken: readonly string[]): StageLanguage {
  const ours = spoken.map(baseOf).filter(isStageLanguage)
  const choices: readonly StageLanguage[] = ours.length > 0 ? ours : ['en']
  const wanted = (accepted ?? '')
    .split(',')
    .map((part) => part.split(';q=') as [string, string?])
    .map(([tag, weight]) => ({ tag: baseOf(tag.trim()), weight: Number(weight ?? 1) }))
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
  for (const { tag } of wanted) {
    const found = choices.find((each) => each === tag)
    if (found !== undefined) return found
  }
  return choices[0] ?? 'en'
}

function baseOf(tag: string): string {
  return tag.toLowerCase().split('-')[0] ?? ''
}

function isStageLanguage(tag: string): tag is StageLanguage {
  return STAGE_LANGUAGES.some((each) => each === tag)
}
