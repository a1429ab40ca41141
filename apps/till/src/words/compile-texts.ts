import type { Messages } from '@lingui/core'

type CompiledMessage = Exclude<Messages[string], string>

/** Texts by name, in as many layers as the till's parts have. */
export interface Texts {
  readonly [name: string]: string | Texts
}

/**
 * The till's texts as Lingui has messages after compiling: flat, `{{name}}` a value, and what ends
 * in a plural category (`left_one`, `left_other`) one message that goes by `count`. Our texts know
 * nothing else, so that Lingui's own compiler stays out of the page.
 */
export function compileTexts(texts: Texts, path = ''): Messages {
  const messages: Messages = {}
  for (const [name, text] of Object.entries(texts)) {
    if (typeof text !== 'string') {
      Object.assign(messages, compileTexts(text, `${path}${name}.`))
      continue
    }
    const [, stem, category] = PLURAL.exec(name) ?? []
    if (stem === undefined || category === undefined) messages[path + name] = tokensOf(text)
    else messages[path + stem] = withForm(messages[path + stem], category, tokensOf(text))
  }
  return messages
}

type Tokens = (string | [string])[]

const PLURAL = /^(.+)_(zero|one|two|few|many|other)$/

/** A message by `count` with one plural form more. */
function withForm(known: Messages[string] | undefined, category: string, tokens: Tokens) {
  const [[, , forms] = []] = (known ?? []) as [string, string, Record<string, Tokens>][]
  return [['count', 'plural', { ...forms, [category]: tokens }]] as unknown as CompiledMessage
}

/** `'{{count}} left'` as `[['count'], ' left']`. */
function tokensOf(text: string): Tokens {
  const parts = text.split(/\{\{(\w+)\}\}/)
  const tokens = parts.map((part, index): string | [string] => (index % 2 === 0 ? part : [part]))
  return tokens.filter((token) => token !== '')
}
