import { deepEqual, equal, match } from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { arrowOffences, unplacedPackages } from './house/arrow-rules.ts'
import { fileOffences } from './house/file-rules.ts'
import { lineOffences, staleExceptions } from './house/line-rules.ts'
import {
  describeOffence,
  type Offence,
  readSources,
  type Source,
  sourceOf,
} from './house/source.ts'

const root = resolve(import.meta.dirname, '..')

test('the house is tidy', () => {
  const offences = offencesIn(readSources(root)).map(describeOffence)
  equal(offences.length, 0, `${offences.length} untidy places:\n${offences.join('\n')}`)
})

test('the sweep reads the whole house', () => {
  const paths = readSources(root).map(({ path }) => path)
  for (const path of ['package.json', 'scripts/tidy.test.ts', 'packages/kernel/src/money.ts']) {
    equal(paths.includes(path), true, `${path} is not read`)
  }
  equal(paths.some((path) => path.includes('node_modules')), false)
})

/** One bad sample for each rule: its path, its text, and what must be said about which line. */
const BAD: readonly (readonly [path: string, text: string, said: RegExp])[] = [
  ['packages/kernel/src/a.ts', 'const now = Date.now()', /:1 reads a clock/],
  ['packages/kernel/src/a.ts', 'const now = `at ${performance.now()}`', /:1 reads a clock/],
  ['packages/kernel/src/a.ts', '\nconst n = Math.random()', /:2 is not deterministic/],
  ['packages/kernel/src/a.ts', 'async function a() {}', /:1 waits/],
  ['packages/kernel/src/a.ts', 'names.sort((a, b) => a.localeCompare(b))', /:1 depends on the/],
  ['packages/kernel/src/a.ts', `import { hash } from 'node:crypto'`, /:1 imports node:crypto/],
  ['packages/kernel/src/a.ts', `import { open } from '@nightmarket/storage'`, /:1 points from/],
  ['packages/edge/src/a.ts', 'const port = process.env', /:1 is a Node name/],
  ['packages/edge/src/a.ts', 'const bytes = Buffer.from(text)', /:1 is a Node name/],
  ['packages/edge/src/a.ts', `import { open } from 'node:fs'`, /:1 imports node:fs/],
  ['packages/edge/src/a.ts', `import {\n  a,\n} from '@nightmarket/core'`, /:3 points from/],
  ['packages/core/src/a.ts', `import { a } from '@nightmarket/edge'`, /:1 points from core to/],
  ['packages/http/src/a.ts', `export * from '@nightmarket/sync'`, /:1 points from http to sync/],
  ['packages/core/src/a.ts', `import { a } from '@nightmarket/nightmarket'`, /:1 imports an app/],
  ['packages/core/src/a.ts', `await import('../../sync/src/a.ts')`, /:1 reaches out of/],
  ['packages/core/src/a.ts', `import { z } from 'zod'`, /:1 imports zod, which packages\/core/],
  ['packages/new/src/a.ts', '', /packages\/new has no place/],
  ['packages/core/src/utils/a.ts', '', /lies in a folder called utils/],
  ['packages/core/src/stockBook.ts', '', /is not named in kebab-case/],
  ['packages/core/src/a.ts', 'const a = 1;', /:1 ends in a semicolon/],
  ['packages/core/src/a.ts', 'export default 1', /:1 exports a default/],
  ['packages/core/src/a.ts', 'const enum A { b }', /:1 cannot be erased/],
  ['packages/core/src/a.ts', 'namespace A {', /:1 cannot be erased/],
  ['packages/core/src/a.ts', 'class A { constructor(\n private a: string) {} }', /:1 declares a/],
  ['packages/core/src/a.ts', 'let count = 0', /:1 is mutable state/],
  ['packages/core/src/a.ts', `// ${'TO'}DO later`, /:1 leaves work behind/],
  ['packages/core/src/a.test.ts', `test.${'skip'}('later', () => {})`, /:1 leaves tests out/],
  ['packages/core/src/a.test.ts', `test('a', { ${'only'}: true }, run)`, /:1 leaves tests out/],
  ['docs/a.md', `Run ${'/'}work/main/a.`, /:1 names a path of one machine/],
  ['packages/core/src/a.ts', `const a = '${'x'.repeat(100)}'`, /:1 is wider than 100/],
  ['packages/core/src/a.ts', 'a()\n'.repeat(401), /a\.ts has 401 lines/],
  ['packages/core/src/a.ts', 'export function a() {}', /:1 exports a without a sentence/],
  ['packages/core/src/a.ts', '/* A. */\nexport type A = 1', /:2 exports A without a sentence/],
  ['packages/core/src/a.ts', '/** A. */\n\nexport const a = 1', /:3 exports a without a sentence/],
  ['packages/kernel/src/id.ts', 'export type A = string', /:1 exports A without a sentence/],
]

for (const [path, text, said] of BAD) {
  test(`the sweep objects to ${JSON.stringify(text.slice(0, 40))} in ${path}: ${said}`, () => {
    const offences = offencesIn([manifestOf(path), sourceOf(path, text)])
    match(offences.map(describeOffence).join('\n'), said)
  })
}

/** Samples that look bad to a careless reader. */
const GOOD: readonly (readonly [path: string, text: string])[] = [
  ['packages/kernel/src/a.ts', '// Date.now() is not for us;\nconst text = "await Promise;"\n'],
  ['packages/kernel/src/a.ts', 'const candidate = dates.updateDate\n'],
  ['packages/kernel/src/testing.ts', '/** A case. */\nexport type Run = () => Promise<void>\n'],
  ['packages/edge/src/host/a.ts', `import { open } from 'node:fs'\nprocess.exit()\n`],
  ['packages/edge/src/journal-host.ts', `import { open } from 'node:fs'\n`],
  ['packages/edge/src/bench/load.ts', `import { open } from 'node:fs'\n`],
  ['packages/edge/src/a.test.ts', `import { test } from 'node:test'\n`],
  ['packages/edge/src/a.ts', `const text = \`\nimport { a } from 'node:fs'\n\`\n`],
  ['packages/core/src/a.ts', '/** A. */\nexport function a(b: 1): 1\nexport function a(b: 2): 2\n'],
  ['packages/core/src/a.ts', `// tidy-allow columns: a key is one word\n'${'x'.repeat(99)}'\n`],
  ['packages/core/src/a.ts', `// See https://example.org/${'x'.repeat(90)}.\n`],
  ['packages/core/src/a.ts', 'for (;;) {\n  go()\n}\n'],
  ['packages/core/src/a.ts', 'a()\n'.repeat(400)],
  ['packages/kernel/src/id.ts', `export type NodeId = Id<'node'>\n`],
  ['docs/a.md', 'The path `packages/core/src/work/a` and https://example.org/home/a are fine.\n'],
]

for (const [path, text] of GOOD) {
  test(`the sweep has nothing against ${path} with ${JSON.stringify(text.slice(0, 50))}`, () => {
    deepEqual(offencesIn([manifestOf(path), sourceOf(path, text)]), [])
  })
}

function offencesIn(sources: readonly Source[]): readonly Offence[] {
  return [
    ...sources.flatMap(lineOffences),
    ...sources.flatMap(fileOffences),
    ...arrowOffences(sources),
    ...unplacedPackages(sources),
    ...staleExceptions(sources),
  ]
}

/** The manifest of a sample's package: it declares its neighbours, and nothing from outside. */
function manifestOf(path: string): Source {
  const home = path.split('/').slice(0, 2).join('/')
  return sourceOf(`${home}/package.json`, '{ "dependencies": {} }')
}
