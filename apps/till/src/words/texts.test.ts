import { deepEqual, equal, ok } from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

import { LANGUAGES, textsOf, type Language } from './texts.ts'

const app = join(import.meta.dirname, '..')
const languages = Object.keys(LANGUAGES) as readonly Language[]

interface Tree {
  readonly [name: string]: string | Tree
}

/** Every text of a language by its whole name. */
function textsIn(language: Language): ReadonlyMap<string, string> {
  const found = new Map<string, string>()
  const walk = (tree: Tree, path: string) => {
    for (const [name, text] of Object.entries(tree)) {
      if (typeof text === 'string') found.set(path + name, text)
      else walk(text, `${path}${name}.`)
    }
  }
  walk(textsOf(language) as Tree, '')
  return found
}

const PLURAL = /_(one|other)$/

function namesIn(language: Language): readonly string[] {
  return [...new Set([...textsIn(language).keys()].map((key) => key.replace(PLURAL, '')))].sort()
}

function valuesOf(text: string): readonly string[] {
  return [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = '']) => name).sort()
}

test('[TW1] every language says all that English says, with the same values in it', () => {
  const english = textsIn('en')
  for (const language of languages) {
    deepEqual(namesIn(language), namesIn('en'), language)
    for (const [key, text] of textsIn(language)) {
      ok(text.trim() !== '', `${language} ${key} says nothing`)
      const source = english.get(key) ?? english.get(key.replace(PLURAL, '_other')) ?? ''
      // One of something may be said without its number.
      const isOne = key.endsWith('_one')
      const [ours, theirs] = [valuesOf(text), valuesOf(source)].map((values) =>
        isOne ? values.filter((name) => name !== 'count') : values,
      )
      deepEqual(ours, theirs, `${language} ${key}`)
    }
  }
})

test('[TW2] what is counted has the forms of its language', () => {
  for (const language of languages) {
    const texts = textsIn(language)
    for (const [key, text] of texts) {
      if (!valuesOf(text).includes('count')) continue
      ok(PLURAL.test(key), `${language} ${key} is counted, and has one form only`)
      const name = key.replace(PLURAL, '')
      for (const form of ['one', 'other']) ok(texts.has(`${name}_${form}`), `${language} ${name}`)
    }
    // Spanish has a third one for millions, which no till counts.
    for (const count of [0, 1, 2, 21, 101, 1_000]) {
      ok(['one', 'other'].includes(new Intl.PluralRules(language).select(count)))
    }
  }
})

/** A name of a text, as far as it is written down: `order.verdict.` and then anything. */
function patternOf(template: string): RegExp {
  const parts = template.split(/\$\{[^}]*\}+/).map((part) => part.replaceAll('.', String.raw`\.`))
  return new RegExp(`^${parts.join('[^.]+')}$`)
}

test('[TW3] every text is said somewhere, and whatever is said is a text', () => {
  const names = new Set(namesIn('en'))
  const files = globSync('**/*.{ts,tsx}', { cwd: app }).filter((file) => !file.startsWith('words'))
  const source = files.map((file) => readFileSync(join(app, file), 'utf8')).join('\n')
  const literals = new Set([...source.matchAll(/'([\w.]+)'/g)].map(([, text = '']) => text))
  const templates = [...source.matchAll(/`([\w.]+\$\{[^`]*)`/g)].map(([, text = '']) => text)
  const patterns = templates.map(patternOf)
  const silent = [...names].filter(
    (name) => !literals.has(name) && !patterns.some((pattern) => pattern.test(name)),
  )
  deepEqual(silent, [], 'texts that nothing says')
  const said = [...source.matchAll(/\bsay\(\s*'([\w.]+)'/g)].map(([, text = '']) => text)
  deepEqual(said.filter((name) => !names.has(name)), [], 'names without a text')
  const saidByPart = [...source.matchAll(/\bsay\(\s*`([^`]+)`/g)].map(([, text = '']) => text)
  const isKnown = (part: string) => [...names].some((name) => patternOf(part).test(name))
  const unknown = saidByPart.filter((part) => !isKnown(part))
  deepEqual(unknown, [], 'parts of names without a text')
  equal(said.length > 50, true, 'the screens were read')
})
