import { EXIT, Problem } from '../problem.ts'
import { clean } from '../terminal/table.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { wrap } from '../terminal/wrap.ts'

/** The environment variable that shows stack traces. */
export const DEBUG_VARIABLE = 'NIGHTMARKET_DEBUG'

/** The longest that one line of a problem is shown. */
const LINE_LENGTH_MAX = 1_000

/** Say a failure so that a person can act on it. What nobody foresaw is a defect, and says so. */
export function errorToProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  return faultToProblem(error) ?? systemToProblem(error) ?? defect(error)
}

/** A problem as it stands on a screen: what, more, and the way out; the stack when asked for. */
export function explain(problem: Problem, terminal: Terminal): string {
  const lines = [terminal.paint('red', `✗ ${problem.title}`)]
  if (problem.detail !== null) lines.push(...problem.detail.split('\n').map((line) => `  ${line}`))
  if (problem.wayOut !== null) lines.push(`  → ${problem.wayOut}`)
  const text = lines
    .map((line) => wrap(line.length > LINE_LENGTH_MAX ? clean(line, LINE_LENGTH_MAX) : line, 100))
    .join('\n')
  if (process.env[DEBUG_VARIABLE] !== '1') return text
  return `${text}\n\n${stackOf(problem)}`
}

/** A stack with its causes, for whoever set NIGHTMARKET_DEBUG. */
function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const own = error.stack ?? error.message
  return error.cause === undefined ? own : `${own}\ncaused by ${stackOf(error.cause)}`
}

const WAYS_OUT = {
  disk_full: 'Make room on the disk and run it again: nothing was half written.',
  locked: 'Another process uses this file. Stop it, or choose another --data.',
  corrupt: 'Keep the file as it is, and restore a backup or enrol the node again.',
  too_new: 'Use the newer nightmarket that wrote it.',
  unreachable: 'Check that the database runs and that its address is right.',
  contended: 'Run it again: nothing was changed.',
  port_busy: 'Stop what uses the port, or give another --port; 0 takes a free one.',
  port_forbidden: 'Give a --port above 1023.',
  address_unavailable: 'Give a --host that this machine has, such as 127.0.0.1.',
  journal_corrupt: 'Keep the journal as it is, and enrol the node again: it gets a new epoch.',
  journal_foreign: 'Give each node a data folder of its own.',
  journal_unwritable: 'See that one process at a time uses this journal and that it may write.',
  closed: 'Start it again.',
  failed: 'Run nightmarket doctor to check this machine.',
} as const

/** The packages' faults carry their thing and value in the message, and a stable code. */
function faultToProblem(error: unknown): Problem | null {
  if (!isFault(error)) return null
  const { code, message } = error
  const wayOut = WAYS_OUT[code as keyof typeof WAYS_OUT] ?? WAYS_OUT.failed
  return new Problem({ code, title: sentence(message), wayOut }, { cause: error })
}

const FAULTS: ReadonlySet<string> = new Set([
  'BooksFault',
  'ServeFault',
  'StallFault',
  'StorageFault',
])

/** Told by their names, so that a command loads no more of the house than it uses. */
function isFault(error: unknown): error is Error & { readonly code: string } {
  return error instanceof Error && FAULTS.has(error.name) && 'code' in error
}

const SYSTEM_WAYS_OUT: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path.',
  EACCES: 'Check who owns it and who may read and write it.',
  EPERM: 'Check who owns it and who may read and write it.',
  EROFS: 'The disk is mounted read-only: choose another --data.',
  ENOSPC: 'Make room on the disk.',
  EISDIR: 'Name a file, not a folder.',
  ENOTDIR: 'A part of the path is a file.',
  EEXIST: 'Something with this name is there already.',
}

function systemToProblem(error: unknown): Problem | null {
  if (!(error instanceof Error) || !('code' in error)) return null
  const wayOut = SYSTEM_WAYS_OUT[String(error.code)]
  if (wayOut === undefined) return null
  const path = 'path' in error ? String(error.path) : error.message
  const reason = REASONS[String(error.code)] ?? error.message
  return new Problem(
    { code: String(error.code).toLowerCase(), title: `${path}: ${reason}.`, wayOut },
    { cause: error },
  )
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the disk cannot be written',
  ENOSPC: 'the disk is full',
  EISDIR: 'this is a folder',
  ENOTDIR: 'this is not a folder',
  EEXIST: 'it exists already',
}

function defect(error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error)
  return new Problem(
    {
      code: 'defect',
      title: 'nightmarket has a defect here.',
      detail: message,
      wayOut: `Run it again with ${DEBUG_VARIABLE}=1 and report what it prints.`,
    },
    { cause: error, exitCode: EXIT.defect },
  )
}

function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(capital) ? capital : `${capital}.`
}
