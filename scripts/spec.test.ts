import { deepEqual, equal, ok } from 'node:assert/strict'
import { resolve } from 'node:path'
import { test } from 'node:test'
import { ruleOffences } from './house/rule-ids.ts'
import { describeOffence, readSources, sourceOf } from './house/source.ts'

const root = resolve(import.meta.dirname, '..')

test('every stated rule has a test, and every tested rule is stated', () => {
  const offences = ruleOffences(readSources(root)).map(describeOffence)
  const found = `${offences.length} rules without their other half:\n${offences.join('\n')}`
  equal(offences.length, 0, found)
})

const SPEC = '# Core\n\n- [BK1] Books balance. [O4] Only the core refunds. See [S7].\n'
const TEST = `test('[BK1] books balance', () => {})\ntest('[O4] only here', () => {})\n`

test('a spec and its tests that agree are left alone', () => {
  deepEqual(said({ 'packages/core/SPEC.md': SPEC, 'packages/core/src/books.test.ts': TEST }), [])
})

test('a rule that no title opens with is named where it is stated', () => {
  const [first = '', ...others] = said({
    'packages/core/SPEC.md': SPEC,
    'packages/core/src/books.test.ts': TEST.replace('[BK1] books', 'books [BK1]'),
  })
  ok(first.startsWith('packages/core/SPEC.md:3 [BK1] is stated, but no test'), first)
  deepEqual(others, [])
})

test('a rule that is proven in another package is not proven', () => {
  const offences = said({
    'packages/core/SPEC.md': '- [BK1] Books balance.\n',
    'packages/edge/SPEC.md': '',
    'packages/edge/src/a.test.ts': `test('[BK1] books balance', () => {})\n`,
  })
  equal(offences.length, 2, offences.join('\n'))
})

test('a title whose rule nobody states is named where it stands', () => {
  const [first = ''] = said({
    'packages/core/SPEC.md': SPEC,
    'packages/core/src/books.test.ts': `${TEST}\n  t.test(\n    '[BK2, O4] more', run)\n`,
  })
  ok(first.startsWith('packages/core/src/books.test.ts:4 [BK2] opens a test title'), first)
})

test('a docstring states the rules it lists, and those of its own prefix that it ends in', () => {
  const offences = said({
    'packages/core/src/books.ts': '/**\n * Books.\n * - [BK1] Balance.\n */\n/** A. [BK2] */\n',
    'packages/core/SPEC.md': '',
    'packages/core/src/books.test.ts': `test('[BK1, BK2] books', () => {})\n`,
  })
  deepEqual(offences, [])
})

test('a docstring may point at a rule of another package, if there is one', () => {
  const files = {
    'packages/core/SPEC.md': SPEC,
    'packages/core/src/books.test.ts': TEST,
    'packages/edge/src/a.ts': '/** Ask the core. [O4] Its books are whole. [BK1] */\n',
  }
  deepEqual(said(files), [])
  const [first = ''] = said({ ...files, 'packages/edge/src/a.ts': '\n/** Ask. [O5] */\n' })
  ok(first.startsWith('packages/edge/src/a.ts:2 [O5] is stated nowhere'), first)
})

test('a contract case proves its rule', () => {
  const files = { 'packages/storage/SPEC.md': '- [JS1] Empty.\n' }
  const path = 'packages/storage/src/contract/journal-store.ts'
  deepEqual(said({ ...files, [path]: `{ rule: 'JS1', name: 'empty' }` }), [])
  equal(said({ ...files, [path]: `{ rule: 'JS2', name: 'empty' }` }).length, 2)
})

test('a prefix of two letters belongs to one package', () => {
  const [first = ''] = said({
    'packages/core/SPEC.md': '- [BK1] One.\n',
    'packages/core/src/a.test.ts': `test('[BK1] one', () => {})`,
    'packages/edge/SPEC.md': '- [BK1] Another.\n',
    'packages/edge/src/a.test.ts': `test('[BK1] another', () => {})`,
  })
  ok(first.startsWith(`packages/edge/SPEC.md:1 [BK1] is packages/core's already`), first)
})

test('a package with tests has a spec', () => {
  deepEqual(said({ 'packages/edge/src/a.test.ts': '' }), [
    'packages/edge has tests but no SPEC.md that states its rules',
  ])
})

function said(files: Readonly<Record<string, string>>): readonly string[] {
  const sources = Object.entries(files).map(([path, text]) => sourceOf(path, text))
  return ruleOffences(sources).map(describeOffence)
}
