import { inspect } from 'node:util'

/** What we read of an event of `node:test`'s runner. */
export interface RunnerEvent {
  readonly type: string
  readonly data: {
    readonly name?: string
    readonly nesting?: number
    readonly file?: string
    readonly line?: number
    readonly message?: string
    readonly skip?: boolean | string
    readonly duration_ms?: number
    readonly counts?: RunnerCounts
    readonly details?: { readonly error?: RunnerError }
  }
}

/** The runner's counts, of one file or of the whole run. */
export interface RunnerCounts {
  readonly tests: number
  readonly passed: number
  readonly failed: number
  readonly cancelled: number
  readonly skipped: number
}

/** The runner's wrapper; the failure that the test threw is its cause. */
export interface RunnerError extends Error {
  readonly failureType?: string
}

/** How a run ended. Cancelled tests count as failed. */
export interface RunOutcome {
  readonly passed: number
  readonly failed: number
}

/**
 * Turn the runner's events into lines for people: one per file, then each failure in full with
 * what its file printed, then each skipped test by name, then `N passed, N failed`.
 *
 * The runner counts a file without tests as one passed test. Here it fails, unless a filter on
 * titles left it empty: then it does not count.
 */
export async function report(
  events: AsyncIterable<RunnerEvent> | Iterable<RunnerEvent>,
  print: (line: string) => void,
  relative: (path: string) => string,
  isFiltered = false,
): Promise<RunOutcome> {
  const titles = new Map<string, string[]>()
  const output = new Map<string, string>()
  const failures: { readonly file: string; readonly text: string }[] = []
  const skips: string[] = []
  let emptyFiles = 0
  let outcome: RunOutcome = { passed: 0, failed: 1 }
  for await (const { type, data } of events) {
    const file = data.file === undefined ? '' : relative(data.file)
    const path = titleOf(titles, file, data)
    if (type === 'test:stdout' || type === 'test:stderr') {
      output.set(file, (output.get(file) ?? '') + (data.message ?? ''))
    } else if (type === 'test:fail' && data.details?.error?.failureType !== 'subtestsFailed') {
      failures.push({ file, text: `✖ ${path}\n  ${file}:${data.line ?? 0}\n${causeOf(data)}` })
    } else if (type === 'test:pass' && data.file !== undefined && data.name === data.file) {
      emptyFiles += 1
      if (!isFiltered) failures.push({ file, text: `✖ ${file} has no test in it` })
    } else if (type === 'test:pass' && data.skip !== undefined && data.skip !== false) {
      skips.push(`skipped: ${path} (${data.skip === true ? 'no reason given' : data.skip})`)
    } else if (type === 'test:summary' && data.counts !== undefined) {
      const failed = data.counts.failed + data.counts.cancelled
      if (data.file === undefined) outcome = { passed: data.counts.passed, failed }
      else if (data.counts.tests > 0) {
        print(fileLine(file, data.counts.passed, failed, data.duration_ms ?? 0))
      }
    }
  }
  outcome = {
    passed: outcome.passed - emptyFiles,
    failed: outcome.failed + (isFiltered ? 0 : emptyFiles),
  }
  printEnd(failures, output, skips, print)
  print(`${outcome.passed} passed, ${outcome.failed} failed`)
  return outcome
}

/** The titles from the outermost suite down to this test; the runner names only the innermost. */
function titleOf(
  titles: Map<string, string[]>,
  file: string,
  data: RunnerEvent['data'],
): string {
  if (data.name === undefined || data.nesting === undefined) return ''
  const path = (titles.get(file) ?? []).slice(0, data.nesting)
  path[data.nesting] = data.name
  titles.set(file, path)
  return path.join(' › ')
}

function causeOf({ details }: RunnerEvent['data']): string {
  const error = details?.error
  const cause = error?.cause ?? error
  const text = textOf(cause)
  const lines = text.split('\n').filter((line) => !/^\s+at .*\(?node:internal\//.test(line))
  return lines.map((line) => `  ${line}`).join('\n')
}

/** An assertion's stack already shows the difference; `inspect` would print both values again. */
function textOf(cause: unknown): string {
  if (typeof cause === 'string') return cause
  const isAssertion = cause instanceof Error && 'code' in cause && cause.code === 'ERR_ASSERTION'
  return (isAssertion ? cause.stack : undefined) ?? inspect(cause, { colors: false })
}

function fileLine(file: string, passed: number, failed: number, durationMs: number): string {
  const count = failed === 0 ? `${passed}` : `${failed} of ${passed + failed} failed`
  return `${failed === 0 ? '✔' : '✖'} ${file} (${count}, ${Math.round(durationMs)} ms)`
}

function printEnd(
  failures: readonly { readonly file: string; readonly text: string }[],
  output: ReadonlyMap<string, string>,
  skips: readonly string[],
  print: (line: string) => void,
): void {
  for (const { text } of failures) print(`\n${text}`)
  for (const file of new Set(failures.map((failure) => failure.file))) {
    const printed = output.get(file)?.trimEnd()
    if (printed !== undefined) print(`\n${file} printed:\n${printed}`)
  }
  if (failures.length > 0) print('')
  for (const skip of skips) print(skip)
}
