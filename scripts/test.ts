import { availableParallelism } from 'node:os'
import { existsSync, globSync } from 'node:fs'
import { relative, resolve, sep } from 'node:path'
import { run } from 'node:test'
import { parseArgs } from 'node:util'
import { findChromium } from './chromium.ts'
import { type PostgresServer, PostgresUnavailable, startPostgres } from './postgres.ts'
import { report } from './test-report.ts'

const HELP = `Usage: npm test -- [PATH …] [--name PATTERN] [--without-postgres]

Runs every *.test.ts below packages/, apps/, scripts/ and test/, or only those in or below the
paths given. A real PostgreSQL is started for *.pg.test.ts and removed afterwards; *.web.test.ts
needs a Chromium on this machine, and is left out, in words, where there is none.

  --name PATTERN        only tests whose title matches the regular expression
  --without-postgres    leave out *.pg.test.ts, and say so
  --help                print this`

const ROOTS = 'packages,apps,scripts,test'
/** Long enough for the suites that kill processes; a file that hangs fails instead of waiting. */
const FILE_MS_MAX = 300_000
const root = resolve(import.meta.dirname, '..')

process.exitCode = await main()

async function main(): Promise<number> {
  const parsed = parseCommandLine()
  if (typeof parsed === 'string') return say(`${parsed}\n\n${HELP}`, 1)
  const { values, positionals } = parsed
  if (values.help === true) return say(HELP, 0)
  const selected = testFiles(positionals)
  if (typeof selected === 'string') return say(selected, 1)
  const browsed = findChromium() === null ? withoutChromium(selected) : selected
  const files = values['without-postgres'] === true ? withoutPostgres(browsed) : browsed
  if (files.length === 0) return say('No test is left to run.', 1)
  const interruption = interruptible()
  try {
    if (files.some(needsChromium)) await import('./build.ts')
    await using _postgres = files.some(needsPostgres) ? await postgresForTests() : undefined
    return await runTests(files, values.name, interruption)
  } catch (cause) {
    if (!(cause instanceof PostgresUnavailable)) throw cause
    return say(
      `${cause.message}\nThe SQL suites need it. To leave them out: npm test -- --without-postgres`,
      1,
    )
  }
}

function parseCommandLine() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        help: { type: 'boolean' },
        name: { type: 'string' },
        'without-postgres': { type: 'boolean' },
      },
    })
  } catch (cause) {
    if (cause instanceof TypeError) return cause.message
    throw cause
  }
}

/** The test files in or below the paths, or a sentence about the path that has none. */
function testFiles(paths: readonly string[]): readonly string[] | string {
  const all = globSync(`{${ROOTS}}/**/*.test.ts`, {
    cwd: root,
    exclude: (name) => name.split(sep).includes('node_modules'),
  }).sort()
  if (paths.length === 0) return all
  const wanted = paths.map((path) => relative(root, resolve(path)))
  const isBelow = (file: string, path: string) => file === path || file.startsWith(path + sep)
  const missing = wanted.find((path) => path !== '' && !all.some((file) => isBelow(file, path)))
  if (missing !== undefined) {
    const isThere = existsSync(resolve(root, missing))
    return isThere ? `There is no *.test.ts in ${missing}.` : `There is no ${missing}.`
  }
  return all.filter((file) => wanted.some((path) => path === '' || isBelow(file, path)))
}

function needsPostgres(file: string): boolean {
  return file.endsWith('.pg.test.ts')
}

function needsChromium(file: string): boolean {
  return file.endsWith('.web.test.ts')
}

function withoutPostgres(files: readonly string[]): readonly string[] {
  return leftOut(files, needsPostgres, 'they need PostgreSQL')
}

function withoutChromium(files: readonly string[]): readonly string[] {
  return leftOut(files, needsChromium, 'they need Chromium (scripts/setup-test-machine brings it)')
}

function leftOut(
  files: readonly string[],
  isLeftOut: (file: string) => boolean,
  reason: string,
): readonly string[] {
  const left = files.filter(isLeftOut)
  const suites = left.map((file) => `  ${file}\n`).join('')
  if (left.length > 0) process.stdout.write(`Left out, because ${reason}:\n${suites}`)
  return files.filter((file) => !isLeftOut(file))
}

async function postgresForTests(): Promise<PostgresServer> {
  const server = await startPostgres({ durable: false })
  process.env['NIGHTMARKET_TEST_POSTGRES_URL'] = server.url
  return server
}

async function runTests(
  files: readonly string[],
  name: string | undefined,
  interruption: AbortSignal,
): Promise<number> {
  const events = run({
    cwd: root,
    files: files.map((file) => resolve(root, file)),
    concurrency: Math.max(2, availableParallelism()),
    timeout: FILE_MS_MAX,
    signal: interruption,
    ...(name === undefined ? {} : { testNamePatterns: [new RegExp(name)] }),
  })
  const print = (line: string) => process.stdout.write(`${line}\n`)
  const fromRoot = (path: string) => relative(root, path)
  const outcome = await report(events, print, fromRoot, name !== undefined)
  return interruption.aborted || outcome.failed > 0 || outcome.passed === 0 ? 1 : 0
}

/** Aborts on the first Ctrl-C or SIGTERM, so that what we started is stopped; then gives way. */
function interruptible(): AbortSignal {
  const controller = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => controller.abort(new Error(`stopped by ${signal}`)))
  }
  return controller.signal
}

function say(text: string, exitCode: number): number {
  const stream = exitCode === 0 ? process.stdout : process.stderr
  stream.write(`${text}\n`)
  return exitCode
}
