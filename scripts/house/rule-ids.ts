import { homeOf, isForTests, isScript, type Offence, type Source } from './source.ts'

/** A place that names a rule: `[ST1]`, or `[O2]` of the selling protocol. */
interface Mention {
  readonly home: string
  readonly path: string
  readonly line: number
  readonly id: string
}

const ID = /[A-Z]{1,2}\d+/.source
const BRACKET = `\\[(${ID}(?:, ${ID})*)\\]`
const BRACKETS = `((?:\\[${ID}(?:, ${ID})*\\]\\s*)+)`
const IDS = new RegExp(BRACKET, 'g')
/** A list item, heading or table row that opens with ids: it states the rule. */
const STATEMENT = new RegExp(String.raw`^[\s/]*(?:\*\s+)?(?:[-*+|#>]+\s*)+\**\s*${BRACKETS}`)
/** A sentence inside of a spec's paragraph that opens with an id. */
const SENTENCE = new RegExp(String.raw`[.!?]\s+${BRACKET}(?=\s+\S)`, 'g')
const TITLE = new RegExp(String.raw`\b(?:test|it|suite|describe)\(\s*['"\x60]${BRACKETS}`, 'g')
const CASE = new RegExp(String.raw`\b(?:rule|title|name):\s*['"\x60]\[?(${ID}(?:, ${ID})*)\b`, 'g')

/**
 * Hold what each package states against what its tests say they prove.
 *
 * A rule is stated by an item of a list in `SPEC.md` or in a docstring that opens with its id, or,
 * if its id has two letters and so belongs to one package, by any mention in that package's
 * docstrings. It is proven by a test title, or a contract case's `rule`, that opens with its id.
 * One-letter ids are the selling protocol's: several packages may state the same one.
 */
export function ruleOffences(sources: readonly Source[]): readonly Offence[] {
  const items = sources.flatMap(itemsOf)
  const mentions = sources.flatMap(mentionsOf)
  const proofs = sources.flatMap(proofsOf)
  const itemHomes = Map.groupBy(items, ({ id }) => id)
  const isOwn = ({ home, id }: Mention) => {
    const homes = itemHomes.get(id)
    return !isProtocols(id) && (homes === undefined || homes.some((item) => item.home === home))
  }
  const stated = [...items, ...mentions.filter(isOwn)]
  return [
    ...missingFrom(proofs, stated, 'is stated, but no test title of its package opens with it'),
    ...missingFrom(stated, proofs, 'opens a test title, but its package does not state it'),
    ...missingAnywhere(stated, mentions),
    ...clashes(itemHomes),
    ...speechless(sources),
  ]
}

function isProtocols(id: string): boolean {
  return /^[A-Z]\d/.test(id)
}

function itemsOf(source: Source): readonly Mention[] {
  if (!isSpec(source.path) && !isStating(source.path)) return []
  return commentsOf(source).flatMap(({ text, line }) => {
    const opening = idsIn(STATEMENT.exec(text)?.[1] ?? '')
    const inner = isSpec(source.path) ? text.matchAll(SENTENCE) : []
    const ids = [...opening, ...[...inner].flatMap(([, list = '']) => list.split(', '))]
    return ids.flatMap((id) => mention(source, line, id))
  })
}

function mentionsOf(source: Source): readonly Mention[] {
  if (!isStating(source.path)) return []
  return commentsOf(source).flatMap(({ text, line }) =>
    idsIn(text).flatMap((id) => mention(source, line, id)),
  )
}

function proofsOf(source: Source): readonly Mention[] {
  if (!isScript(source.path) || !isForTests(source.path)) return []
  const text = source.lines.join('\n')
  const lineAt = (index: number) => text.slice(0, index).split('\n').length
  const titles = [...text.matchAll(TITLE)].flatMap((match) =>
    idsIn(match[1] ?? '').flatMap((id) => mention(source, lineAt(match.index), id)),
  )
  const cases = [...text.matchAll(CASE)].flatMap((match) =>
    (match[1] ?? '').split(', ').flatMap((id) => mention(source, lineAt(match.index), id)),
  )
  return [...titles, ...cases]
}

/** Whether the path is a spec at the top of a package or app. */
function isSpec(path: string): boolean {
  return path === `${homeOf(path)}/SPEC.md`
}

function isStating(path: string): boolean {
  return isScript(path) && homeOf(path) !== undefined && !isForTests(path)
}

/** The prose of a file: a spec's lines, or what its code view has blanked out of a line. */
function commentsOf({ path, lines, code }: Source) {
  return lines.flatMap((text, index) => {
    const isProse = isSpec(path) || (text.trim() !== '' && code[index]?.trim() === '')
    return isProse ? [{ text, line: index + 1 }] : []
  })
}

function idsIn(text: string): readonly string[] {
  return [...text.matchAll(IDS)].flatMap(([, ids = '']) => ids.split(', '))
}

function mention({ path }: Source, line: number, id: string | undefined): readonly Mention[] {
  const home = homeOf(path)
  return home === undefined || id === undefined ? [] : [{ home, path, line, id }]
}

/** Each rule of `wanted` that its package does not have among `present`; named once. */
function missingFrom(
  present: readonly Mention[],
  wanted: readonly Mention[],
  text: string,
): readonly Offence[] {
  const keyOf = ({ home, id }: Mention) => `${home} ${id}`
  const known = new Set(present.map(keyOf))
  return wanted.flatMap((each) => {
    if (known.has(keyOf(each))) return []
    known.add(keyOf(each))
    return [{ path: each.path, line: each.line, text: `[${each.id}] ${text}` }]
  })
}

/** Docstrings may point at another package's rule, but not at one that nobody states. */
function missingAnywhere(
  stated: readonly Mention[],
  mentions: readonly Mention[],
): readonly Offence[] {
  const known = new Set(stated.map(({ id }) => id))
  return mentions.flatMap(({ path, line, id }) =>
    known.has(id) ? [] : [{ path, line, text: `[${id}] is stated nowhere: state or drop it` }],
  )
}

function clashes(itemHomes: ReadonlyMap<string, readonly Mention[]>): readonly Offence[] {
  return [...itemHomes].flatMap(([id, items]) => {
    const first = items[0]?.home
    const other = items.find(({ home }) => home !== first)
    if (isProtocols(id) || other === undefined) return []
    const text = `[${id}] is ${first}'s already: give this package a prefix of its own`
    return [{ path: other.path, line: other.line, text }]
  })
}

/** Packages that prove things and have no `SPEC.md` to say what. */
function speechless(sources: readonly Source[]): readonly Offence[] {
  const homes = new Set(
    sources.filter(({ path }) => path.endsWith('.test.ts')).map(({ path }) => homeOf(path)),
  )
  const paths = new Set(sources.map(({ path }) => path))
  return [...homes].flatMap((home) =>
    home === undefined || paths.has(`${home}/SPEC.md`)
      ? []
      : [{ path: home, line: 0, text: 'has tests but no SPEC.md that states its rules' }],
  )
}
