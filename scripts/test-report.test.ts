import { deepEqual, match } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { promisify } from 'node:util'
import { report } from './test-report.ts'

const execute = promisify(execFile)

const programOf = (isFiltered: boolean) => `
import { basename } from 'node:path'
import { run } from 'node:test'
import { report } from ${JSON.stringify(join(import.meta.dirname, 'test-report.ts'))}
await report(run({ files: process.argv.slice(2) }), console.log, basename, ${isFiltered})
`

const SAMPLE = `
import { equal } from 'node:assert/strict'
import { describe, test } from 'node:test'
test('holds', () => {})
describe('a group', () => test('does not hold', () => {
  console.log('seen on the way')
  equal(1, 2)
}))
test('is left for another machine', { skip: 'needs a printer' }, () => {})
`

test('a report shows failures with path, cause and output, and ends in the counts', async () => {
  const lines = await reportOf({ 'sample.test.ts': SAMPLE })
  const text = lines.join('\n')
  match(text, /^✖ sample\.test\.ts \(1 of 2 failed, \d+ ms\)$/m)
  match(text, /^✖ a group › does not hold\n {2}sample\.test\.ts:5\n {2}.*strictly equal/m)
  match(text, /^sample\.test\.ts printed:\nseen on the way$/m)
  match(text, /^skipped: is left for another machine \(needs a printer\)$/m)
  deepEqual(lines.at(-1), '1 passed, 1 failed')
})

test('a file that cannot be loaded is a failure that shows why', async () => {
  const lines = await reportOf({ 'broken.test.ts': `throw new Error('no such thing')` })
  match(lines.join('\n'), /^broken\.test\.ts printed:[^]*no such thing/m)
  deepEqual(lines.at(-1), '0 passed, 1 failed')
})

test('a file without a test is a failure, and does not count under a filter', async () => {
  const lines = await reportOf({ 'empty.test.ts': '' })
  match(lines.join('\n'), /^✖ empty\.test\.ts has no test in it$/m)
  deepEqual(lines.at(-1), '0 passed, 1 failed')
  deepEqual((await reportOf({ 'empty.test.ts': '' }, true)).at(-1), '0 passed, 0 failed')
})

test('a run that ends without a summary is a failure', async () => {
  const lines: string[] = []
  deepEqual(await report([], (line) => lines.push(line), basename), { passed: 0, failed: 1 })
})

/** Runs files and report in a process of their own: the runner does not run inside a run. */
async function reportOf(
  files: Readonly<Record<string, string>>,
  isFiltered = false,
): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'nightmarket-report-'))
  try {
    const paths = Object.keys(files).map((name) => join(folder, name))
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text)
    const program = join(folder, 'program.mjs')
    writeFileSync(program, programOf(isFiltered))
    const { NODE_TEST_CONTEXT: _, ...env } = process.env
    const { stdout } = await execute(process.execPath, [program, ...paths], { env })
    return stdout.trimEnd().split('\n')
  } finally {
    rmSync(folder, { recursive: true })
  }
}
