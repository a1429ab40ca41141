import { isForTests, isScript, type Offence, type Source } from './source.ts'

/** A rule that looks at one line at a time. */
interface LineRule {
  /** What a `tidy-allow` comment on the line before names. */
  readonly name: string
  readonly applies: (path: string) => boolean
  /** Whether it reads the code alone, without comments and strings. */
  readonly reads: 'code' | 'text'
  readonly pattern: RegExp
  readonly instead: string
}

const COLUMNS_MAX = 100
const FILE_LINES_MAX = 400

/** Files that are longer, each with the reason why one subject needs that many lines. */
const LONG_FILES: Readonly<Record<string, string>> = {}

const isKernel = (path: string) =>
  path.startsWith('packages/kernel/src/') && isScript(path) && !isForTests(path)

/** What runs on every runtime: no Node names outside of host modules. */
const isPortable = (path: string) =>
  /^packages\/(edge|stall|sync|kernel|ui)\/src\//.test(path) &&
  isScript(path) &&
  !isForTests(path) &&
  !/\/host\/|-host\.ts$/.test(path)

const isPackage = (path: string) =>
  path.startsWith('packages/') && isScript(path) && !isForTests(path)
const isTest = (path: string) => /\.test\.tsx?$|\/contract\//.test(path)
const isCommandOfNode = (path: string) => path.endsWith('.mjs')
const isTypeScript = (path: string) => isScript(path) && !isCommandOfNode(path)
const isPublished = (path: string) => isScript(path) || path.endsWith('.md')

const RULES: readonly LineRule[] = [
  {
    name: 'clock',
    applies: isKernel,
    reads: 'code',
    pattern: /\bDate\b(?!\w|Time)|\bTemporal\.Now\b|\bperformance\b/,
    instead: 'reads a clock: take nowMs from the command',
  },
  {
    name: 'randomness',
    applies: isKernel,
    reads: 'code',
    pattern: /\bMath\.random\b|\bcrypto\b/,
    instead: 'is not deterministic: take ids and digests from the command',
  },
  {
    name: 'promise',
    applies: isKernel,
    reads: 'code',
    pattern: /\bawait\b|\basync\b|\bPromise\b|\b(set(Timeout|Interval|Immediate)|queueMicrotask)\b/,
    instead: 'waits: decide now, the shell waits',
  },
  {
    name: 'locale',
    applies: isKernel,
    reads: 'code',
    pattern: /\.(localeCompare|toLocale\w+)\b/,
    instead: 'depends on the machine: compare code units, the UI owns words and formats',
  },
  {
    name: 'node-name',
    applies: isPortable,
    reads: 'code',
    pattern: /\bprocess\.|\bBuffer\b|\b__dirname\b|\brequire\(/,
    instead: 'is a Node name: take it as an argument, or move this to a host module',
  },
  {
    name: 'semicolon',
    applies: isScript,
    reads: 'code',
    pattern: /;\s*$/,
    instead: 'ends in a semicolon: remove it',
  },
  {
    name: 'default-export',
    applies: isScript,
    reads: 'code',
    pattern: /^\s*export\s+default\b|\bas\s+default\b/,
    instead: 'exports a default: give it its name',
  },
  {
    name: 'erasable',
    applies: isTypeScript,
    reads: 'code',
    pattern: /^\s*(export\s+)?(declare\s+)?((const\s+)?enum|namespace)\s+\w/,
    instead: 'cannot be erased: write a union of strings, or a module',
  },
  {
    name: 'shared-state',
    applies: isPackage,
    reads: 'code',
    pattern: /^(export\s+)?(let|var)\s/,
    instead: 'is mutable state of a module: let the composition root own it',
  },
  {
    name: 'left-over',
    applies: isPublished,
    reads: 'text',
    pattern: /\bTO(?:DO)\b|\bFIX(?:ME)\b/,
    instead: 'leaves work behind: do it, or state the gap in SPEC.md',
  },
  {
    name: 'skipped-test',
    applies: isTest,
    reads: 'code',
    pattern: /\.(skip|only|todo)\(|[{,]\s*(skip|only|todo):\s*true/,
    instead: 'leaves tests out: make it run, or delete it',
  },
  {
    name: 'machine-path',
    applies: (path) => path.endsWith('.md'),
    reads: 'text',
    pattern: /(?<![\w./])\/(work|tmp|root|home|Users|mnt|var\/tmp)(\/|\b)/,
    instead: 'names a path of one machine: write it relative to the checkout, or as a placeholder',
  },
]

/** Every rule that one line, or the length of the file, can break. */
export function lineOffences(source: Source): readonly Offence[] {
  return [...brokenRules(source), ...tooLong(source)]
}

/** Entries of the list of long files that are not long any more. */
export function staleExceptions(sources: readonly Source[]): readonly Offence[] {
  return Object.keys(LONG_FILES)
    .filter((path) => {
      const source = sources.find((each) => each.path === path)
      return source === undefined || lineCount(source) <= FILE_LINES_MAX
    })
    .map((path) => ({ path, line: 0, text: 'is not long any more: take it off LONG_FILES' }))
}

function brokenRules(source: Source): readonly Offence[] {
  return RULES.filter((rule) => rule.applies(source.path)).flatMap((rule) =>
    source[rule.reads === 'code' ? 'code' : 'lines'].flatMap((line, index) =>
      rule.pattern.test(line) && !isAllowed(source, index, rule.name)
        ? [{ path: source.path, line: index + 1, text: rule.instead }]
        : [],
    ),
  )
}

function tooLong(source: Source): readonly Offence[] {
  const { path } = source
  if (!isScript(path) && !path.endsWith('.sql')) return []
  const wide = source.lines.flatMap((line, index) =>
    line.length > COLUMNS_MAX && !isUnbreakable(line) && !isAllowed(source, index, 'columns')
      ? [{ path, line: index + 1, text: `is wider than ${COLUMNS_MAX} columns: break it` }]
      : [],
  )
  if (lineCount(source) <= FILE_LINES_MAX || path in LONG_FILES) return wide
  const text = `has ${lineCount(source)} lines, more than ${FILE_LINES_MAX}: one subject per file`
  return [...wide, { path, line: 0, text }]
}

function lineCount({ lines }: Source): number {
  return lines.at(-1) === '' ? lines.length - 1 : lines.length
}

/** A URL has no place to break it. */
function isUnbreakable(line: string): boolean {
  return /https?:\/\/\S{60,}/.test(line)
}

/** `// tidy-allow RULE: REASON` on the line before allows one line, with a reason to judge. */
function isAllowed({ lines }: Source, index: number, rule: string): boolean {
  const reason = /(?:\/\/|--) tidy-allow ([a-z-]+): .{10,}/.exec(lines[index - 1] ?? '')
  return reason?.[1] === rule
}
