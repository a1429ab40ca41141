import { styleText } from 'node:util'

/** How a piece of text stands out. */
export type Paint = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan'

/** Where a command speaks: results on standard output, everything else on standard error. */
export interface Terminal {
  /** A result. */
  readonly write: (text: string) => void
  /** Something said on the way: a warning, what happens next. */
  readonly note: (text: string) => void
  /** A line that replaces the one before it on a terminal; elsewhere said rarely. */
  readonly progress: (text: string) => void
  /** Wipe the line of `progress`. */
  readonly endProgress: () => void
  readonly paint: (paint: Paint, text: string) => string
  /** The width to lay text out for. */
  readonly columns: number
  /** How wide the window is that results go to; `null` when they go to a file or a program. */
  readonly width: number | null
  /** Whether a person is reading along. */
  readonly isInteractive: boolean
}

/** The widest that text is laid out, however wide the window is. */
const COLUMNS_MAX = 100

/** How often progress is said where it cannot replace itself. */
const QUIET_PROGRESS_MS = 5_000

interface Stream {
  readonly isTTY?: boolean
  readonly columns?: number
  write(text: string): unknown
}

/** A terminal on the process's own streams. Colours follow `NO_COLOR`, `FORCE_COLOR` and TTY. */
export function createTerminal(
  out: Stream & NodeJS.WritableStream = process.stdout,
  error: Stream & NodeJS.WritableStream = process.stderr,
): Terminal {
  const isInteractive = error.isTTY === true
  const progress = createProgress(error, isInteractive)
  return {
    write(text) {
      progress.end()
      out.write(endLine(text))
    },
    note(text) {
      progress.end()
      error.write(endLine(text))
    },
    progress: progress.say,
    endProgress: progress.end,
    paint: (paint, text) => styleText(paint, text, { stream: out }),
    columns: Math.min(COLUMNS_MAX, out.columns ?? COLUMNS_MAX),
    width: out.isTTY === true ? (out.columns ?? null) : null,
    isInteractive,
  }
}

function createProgress(stream: Stream, isInteractive: boolean) {
  let isOpen = false
  let saidAtMs = performance.now()
  function say(text: string): void {
    if (isInteractive) {
      stream.write(`\r\u001b[2K${text.slice(0, (stream.columns ?? COLUMNS_MAX) - 1)}`)
      isOpen = true
    } else if (performance.now() - saidAtMs >= QUIET_PROGRESS_MS) {
      stream.write(endLine(text))
      saidAtMs = performance.now()
    }
  }
  function end(): void {
    if (isOpen) stream.write('\r\u001b[2K')
    isOpen = false
  }
  return { say, end }
}

function endLine(text: string): string {
  return text.endsWith('\n') || text === '' ? text : `${text}\n`
}
