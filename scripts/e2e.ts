import { spawn } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

/**
 * Runs the journeys of the web apps in a real browser: `npm run e2e -- till`, or all of them. What
 * follows the names goes to the test runner.
 */
const root = resolve(import.meta.dirname, '..')
const home = join(root, 'test', 'e2e')
const named = process.argv.slice(2)
const names = named.filter((each) => !each.startsWith('-') && existsSync(join(home, each)))
const folders = readdirSync(home, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => name)
const unknown = named[0] !== undefined && names.length === 0 && !named[0].startsWith('-')
if (unknown) {
  process.stderr.write(`There are no journeys of ${named[0]}; there are: ${folders.join(', ')}.\n`)
  process.exitCode = 1
} else {
  const paths = (names.length > 0 ? names : folders).map((name) => join('test', 'e2e', name))
  const rest = named.filter((each) => !names.includes(each))
  const script = join(root, 'scripts', 'test.ts')
  const options = { cwd: root, stdio: 'inherit' } as const
  spawn(process.execPath, [script, ...paths, ...rest], options).once('exit', (code) => {
    process.exitCode = code ?? 1
  })
}
