/**
 * The pages of characters that receipts are printed in, best first: those that ESC/POS printers of
 * any maker have (western and central Europe, Cyrillic), then Greek, Turkish and Hebrew.
 */
export const CODEPAGES: readonly Codepage[] = [
  'cp437',
  'cp858',
  'windows1252',
  'cp852',
  'cp866',
  'cp737',
  'cp857',
  'cp862',
]

/** One of them. */
export type Codepage =
  'cp437' | 'cp737' | 'cp852' | 'cp857' | 'cp858' | 'cp862' | 'cp866' | 'windows1252'
