import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'

/** A file of the project, read once, with the views that the house rules look at. */
export interface Source {
  /** From the root, with `/`. */
  readonly path: string
  readonly lines: readonly string[]
  /** The lines of a TypeScript file with comments and the content of strings blanked out. */
  readonly code: readonly string[]
}

/** A place that breaks a rule of the house, and what to do instead. */
export interface Offence {
  readonly path: string
  /** From 1; 0 is the file as a whole. */
  readonly line: number
  readonly text: string
}

const SOURCE_GLOBS = [
  '{packages,apps,scripts,bench,test}/**/*.{ts,tsx,mjs,sql,md,json}',
  'docs/**/*.md',
  '.ci/*',
  '*.{md,json}',
]
const ABSENT = /(^|\/)(node_modules|dist)\/|(^|\/)package-lock\.json$/

/** Read every file that the house rules speak about. */
export function readSources(root: string): readonly Source[] {
  const exclude = (name: string) => name.split(sep).includes('node_modules')
  const paths = globSync(SOURCE_GLOBS, { cwd: root, exclude })
  return paths
    .map((path) => path.replaceAll(sep, '/'))
    .filter((path) => !ABSENT.test(path))
    .sort()
    .map((path) => sourceOf(path, readFileSync(join(root, path), 'utf8')))
}

/** The views of one text. Tests feed their samples through here as well. */
export function sourceOf(path: string, text: string): Source {
  const lines = text.split('\n')
  return { path, lines, code: isScript(path) ? blank(text).split('\n') : lines }
}

/** Whether a path is TypeScript or JavaScript. */
export function isScript(path: string): boolean {
  return /\.(ts|tsx|mjs)$/.test(path)
}

/** Whether a path is there for tests only: tests, suites, contracts, testing folders, benches. */
export function isForTests(path: string): boolean {
  return (
    /\.(test|suite|bench)\.tsx?$|\/testing\.ts$/.test(path) ||
    /\/(testing|contract|bench)\/|^(bench|test)\//.test(path)
  )
}

/** The package or app that a path lies in, such as `packages/core`; `undefined` for the root. */
export function homeOf(path: string): string | undefined {
  return /^(?:packages|apps)\/[^/]+(?=\/)/.exec(path)?.[0]
}

/** One offence as a line for people. */
export function describeOffence({ path, line, text }: Offence): string {
  return line === 0 ? `${path} ${text}` : `${path}:${line} ${text}`
}

/** What is not code. A slash begins a regular expression only where an expression can begin. */
const NOT_CODE = new RegExp(
  [
    /\/\/.*|\/\*[^]*?\*\/|/,
    /'(?:\\.|[^'\\\n])*'|"(?:\\.|[^"\\\n])*"|`(?:\\[^]|[^`\\])*`|/,
    /(?<=[(,=:[!&|?{};\n+]\s*|\b(?:return|typeof)\s+)/,
    /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n])+\/[a-z]*/,
  ]
    .map(({ source }) => source)
    .join(''),
  'g',
)

/**
 * Blank out comments, strings, templates' text and regular expressions; what is interpolated stays,
 * and so does every line and column.
 */
function blank(text: string): string {
  return text.replace(NOT_CODE, (match) => {
    const quote = match[0] ?? ''
    if (quote === '/') return match.replace(/[^\n]/g, ' ')
    const inner = match.slice(1, -1)
    const kept = quote === '`' ? /(\$\{[^}]*\})|[^\n]/g : /()[^\n]/g
    return quote + inner.replace(kept, (_, code: string | undefined) => code || ' ') + quote
  })
}
