import type { Terminal } from '../terminal/terminal.ts'

/** Tells what happens, step by step, with the time since the beginning. */
export interface Story {
  /** A new chapter of the evening. */
  readonly chapter: (title: string) => void
  /** Something that happened. */
  readonly tell: (text: string) => void
}

/** Tell a story on a terminal: on standard error, since the report is the result. */
export function createStory(terminal: Terminal): Story {
  const startedMs = performance.now()
  const stamp = () => {
    const seconds = Math.floor((performance.now() - startedMs) / 1_000)
    return terminal.paint('dim', `${String(seconds).padStart(3)} s`)
  }
  return {
    chapter: (title) => terminal.note(`\n${stamp()}  ${terminal.paint('bold', title)}`),
    tell: (text) => terminal.note(`${stamp()}  ${text}`),
  }
}
