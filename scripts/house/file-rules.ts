import { isForTests, isScript, type Offence, type Source } from './source.ts'

const FORBIDDEN_FOLDERS = new Set(['utils', 'helpers', 'common', 'services', 'manager', 'types'])
const FILE_NAME = /^[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9]+)*$/
const EXPORT =
  /^export (?:declare |abstract |async )*(?:function\*?|interface|type|const|class) (\w+)/
const PARAMETER_PROPERTY = /\bconstructor\s*\((?:[^)]*,)?\s*(private|public|protected|readonly)\s/

/** Exports that need no sentence of their own, with the reason. */
const WORDLESS: readonly WordlessExport[] = [
  {
    path: 'packages/kernel/src/id.ts',
    line: /^export type \w+ = Id<'[a-z-]+'>$/,
    reason: 'the kind of id is the whole sentence',
  },
]

interface WordlessExport {
  readonly path: string
  readonly line: RegExp
  readonly reason: string
}

/** Every rule about a file's name and about what it declares. */
export function fileOffences(source: Source): readonly Offence[] {
  const named = badNames(source.path)
  if (!isScript(source.path)) return named
  return [...named, ...parameterProperties(source), ...wordlessExports(source)]
}

function badNames(path: string): readonly Offence[] {
  const parts = path.split('/')
  const folders = parts.slice(0, -1).filter((folder) => FORBIDDEN_FOLDERS.has(folder))
  const offences = folders.map((folder) => ({
    path,
    line: 0,
    text: `lies in a folder called ${folder}: name the folder after what is in it`,
  }))
  if (!isScript(path) || FILE_NAME.test(parts.at(-1) ?? '')) return offences
  return [...offences, { path, line: 0, text: 'is not named in kebab-case' }]
}

function parameterProperties({ path, code }: Source): readonly Offence[] {
  const text = code.join('\n')
  const match = PARAMETER_PROPERTY.exec(text)
  if (match === null) return []
  const line = text.slice(0, match.index).split('\n').length
  return [{ path, line, text: 'declares a field in a parameter: declare it in the class' }]
}

/** An export is described where it stands; an overload only once. */
function wordlessExports({ path, lines, code }: Source): readonly Offence[] {
  if (isForTests(path) && !path.includes('/testing')) return []
  const described = new Set<string>()
  return code.flatMap((line, index) => {
    const [, name] = EXPORT.exec(line) ?? []
    if (name === undefined || described.has(name)) return []
    const isWordless = WORDLESS.some(
      (exception) => exception.path === path && exception.line.test(lines[index] ?? ''),
    )
    if (isWordless || endsDocComment(lines, index - 1)) {
      described.add(name)
      return []
    }
    const text = `exports ${name} without a sentence: say in /** … */ right above what it is for`
    return [{ path, line: index + 1, text }]
  })
}

function endsDocComment(lines: readonly string[], end: number): boolean {
  if (lines[end]?.trimEnd().endsWith('*/') !== true) return false
  for (let index = end; index >= 0; index--) {
    const line = lines[index]?.trimStart() ?? ''
    if (line.startsWith('/*')) return line.startsWith('/**')
  }
  return false
}
