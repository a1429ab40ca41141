import { execFile } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { dirname, resolve, sep } from 'node:path'
import { promisify } from 'node:util'

/**
 * Checks each package by its own `tsconfig.json`.
 *
 * The root's configuration has already checked every file with Node's types. A package's own says
 * what its portable part may know: the language alone for the kernel, the web's standards for the
 * edge, the stall and sync, whose tests and host modules are left out. Only errors in the package's
 * own folder count here: what it imports is checked by the configuration of where it lies.
 */
const execute = promisify(execFile)
const root = resolve(import.meta.dirname, '..')
const compiler = resolve(root, 'node_modules/.bin/tsc')

const CONFIGS = [
  '{packages,apps}/*/{,src/browser/}tsconfig.json',
  '{test/e2e,test/crash-lab,bench}/*/tsconfig.json',
]
const configs = globSync(CONFIGS, { cwd: root }).sort()
if (configs.length === 0) throw new Error('there is no package with a tsconfig.json')
const queue = configs.values()
const errors: string[] = []
await Promise.all(Array.from({ length: availableParallelism() }, checkQueue))
process.stdout.write(errors.sort().join(''))
process.stdout.write(`${configs.length} packages checked, ${errors.length} errors\n`)
process.exitCode = errors.length === 0 ? 0 : 1

async function checkQueue(): Promise<void> {
  for (const config of queue) errors.push(...(await errorsOf(config)))
}

async function errorsOf(config: string): Promise<readonly string[]> {
  const folder = dirname(config).replaceAll(sep, '/')
  const output = await outputOf(config)
  // An error begins at the margin; the lines that explain it are indented.
  const found = output.split(/^(?=\S)/m).filter((error) => error.trim() !== '')
  return found.filter((error) => error.startsWith(`${folder}/`) || isAboutConfig(error))
}

async function outputOf(config: string): Promise<string> {
  try {
    await execute(compiler, ['-p', config, '--pretty', 'false'], { cwd: root })
    return ''
  } catch (cause) {
    // The compiler prints what it found; a failure without a word is the compiler's own.
    const output = cause instanceof Error && 'stdout' in cause ? String(cause.stdout) : ''
    if (output.trim() === '') throw cause
    return output
  }
}

/** An error without a place is about the configuration, and is everybody's. */
function isAboutConfig(error: string): boolean {
  return !/^[^(\n]+\(\d+,\d+\): /.test(error)
}
