import { homeOf, isForTests, isScript, type Offence, type Source } from './source.ts'

/**
 * Who may know whom. An arrow that is absent is forbidden; apps know every package.
 *
 * ```
 * kernel ◄── storage ◄── sync, stall ◄── edge ◄── apps
 *    ▲                        ▲
 *    ├── http, rule ──────────┴───────── core, media ◄── apps
 *    └── payments ◄───────────────────── core
 * ```
 */
export const ARROWS: Readonly<Record<string, readonly string[]>> = {
  kernel: [],
  storage: ['kernel'],
  sync: ['kernel', 'storage'],
  stall: ['kernel', 'storage'],
  http: ['kernel'],
  rule: ['kernel'],
  payments: ['kernel'],
  core: ['kernel', 'storage', 'sync', 'stall', 'http', 'payments', 'rule'],
  edge: ['kernel', 'storage', 'sync', 'stall', 'http', 'rule', 'ui'],
  media: ['kernel', 'http'],
  ui: ['kernel', 'sync'],
  sim: ['kernel', 'storage', 'sync', 'stall', 'http', 'payments', 'core', 'edge'],
}

/** Packages that run on every runtime, and so import from `node:` in host modules only. */
const PORTABLE = new Set(['kernel', 'sync', 'stall', 'edge', 'rule', 'ui'])

/** What a `package.json` declares. */
interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
}

interface Import {
  readonly line: number
  readonly specifier: string
}

/** Every arrow that points the wrong way, and every import that its package does not declare. */
export function arrowOffences(sources: readonly Source[]): readonly Offence[] {
  const manifests = new Map(
    sources
      .filter(({ path }) => path === 'package.json' || path.endsWith('/package.json'))
      .map(({ path, lines }) => [path, JSON.parse(lines.join('\n')) as Manifest]),
  )
  return sources
    .filter(({ path }) => isScript(path) && homeOf(path) !== undefined)
    .flatMap((source) =>
      importsOf(source).flatMap(({ line, specifier }) => {
        const text =
          wrongArrow(source.path, specifier) ?? undeclared(source.path, specifier, manifests)
        return text === undefined ? [] : [{ path: source.path, line, text }]
      }),
    )
}

/** Packages that the arrows do not know yet. */
export function unplacedPackages(sources: readonly Source[]): readonly Offence[] {
  const names = new Set(sources.map(({ path }) => /^packages\/([^/]+)\//.exec(path)?.[1] ?? ''))
  return [...names]
    .filter((name) => name !== '' && !(name in ARROWS))
    .map((name) => ({
      path: `packages/${name}`,
      line: 0,
      text: 'has no place in the house: add it to ARROWS in scripts/house/arrow-rules.ts',
    }))
}

function wrongArrow(path: string, specifier: string): string | undefined {
  const home = homeOf(path) ?? ''
  const name = home.startsWith('packages/') ? home.slice('packages/'.length) : undefined
  if (specifier.startsWith('.')) {
    const target = new URL(specifier, `file:///${path}`).pathname.slice(1)
    if (target.startsWith(`${home}/`)) return undefined
    return isForTests(path) ? undefined : `reaches out of ${home}: import the package by its name`
  }
  const other = /^@nightmarket\/([^/]+)/.exec(specifier)?.[1]
  if (other !== undefined) {
    if (other === 'nightmarket') return 'imports an app: nothing imports an app'
    if (name === undefined || other === name) return undefined
    const allowed = ARROWS[name] ?? []
    if (allowed.includes(other)) return undefined
    return `points from ${name} to ${other}: ${name} may know ${allowed.join(', ') || 'nobody'}`
  }
  const isHost = isForTests(path) || /\/host\/|-host\.ts$/.test(path)
  if (!specifier.startsWith('node:') || name === undefined || !PORTABLE.has(name)) return undefined
  if (name === 'kernel' ? isForTests(path) : isHost) return undefined
  return name === 'kernel'
    ? `imports ${specifier}: move it to a package that owns the effect`
    : `imports ${specifier}: move it to a host/ folder or a *-host.ts, ${name} runs everywhere`
}

function undeclared(
  path: string,
  specifier: string,
  manifests: ReadonlyMap<string, Manifest>,
): string | undefined {
  if (/^(\.|node:)/.test(specifier)) return undefined
  const [, name] = /^((?:@[^/]+\/)?[^/]+)/.exec(specifier) ?? []
  const home = homeOf(path) ?? ''
  const own = manifests.get(`${home}/package.json`)
  const isOwnName = name === `@nightmarket/${home.split('/')[1]}`
  if (name === undefined || own === undefined || isOwnName) return undefined
  const tools = isForTests(path) ? manifests.get('package.json')?.devDependencies : undefined
  const isDeclared = [own.dependencies, own.devDependencies, tools].some((list) => list?.[name])
  return isDeclared ? undefined : `imports ${name}, which ${home}/package.json does not declare`
}

const IMPORT = new RegExp(
  [
    /(?:^|\n)\s*(?:import|export)\b[^'"]*?\bfrom\s+'( *)'/,
    /(?:^|\n)\s*import\s+'( *)'/,
    /\bimport\(\s*'( *)'/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'dg',
)

/** The modules a file names. Found in its code, so that text that looks like an import is none. */
function importsOf({ code, lines }: Source): readonly Import[] {
  const text = lines.join('\n')
  return [...code.join('\n').matchAll(IMPORT)].map((match) => {
    const [start, end] = match.indices?.slice(1).find((range) => range !== undefined) ?? [0, 0]
    return { specifier: text.slice(start, end), line: text.slice(0, start).split('\n').length }
  })
}
