import type { StageLanguage } from './words.ts'

/** What the page of a clip says. */
export interface ClipWords {
  readonly description: string
  readonly from: string
  readonly sold: string
  readonly toShow: string
  readonly receipt: string
}

const WORDS: Readonly<Record<StageLanguage, ClipWords>> = {
  en: {
    description: 'A moment of {show}, and what was sold in it.',
    from: 'From the show, {when}',
    sold: 'Sold in this clip',
    toShow: 'To the whole show',
    receipt: 'Watch the moment you bought it',
  },
  de: {
    description: 'Ein Moment aus {show}, und was darin verkauft wurde.',
    from: 'Aus der Show, {when}',
    sold: 'In diesem Clip verkauft',
    toShow: 'Zur ganzen Show',
    receipt: 'Den Moment deines Kaufs ansehen',
  },
  es: {
    description: 'Un momento de {show}, y lo que se vendió en él.',
    from: 'Del show, {when}',
    sold: 'Vendido en este clip',
    toShow: 'Al show completo',
    receipt: 'Ver el momento de tu compra',
  },
}

/** The words of a clip's page in a language of the stage. */
export function clipWordsOf(language: StageLanguage): ClipWords {
  return WORDS[language]
}
