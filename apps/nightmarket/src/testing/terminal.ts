import { chapters } from '../command/chapters.ts'
import { welcome } from '../command/welcome.ts'
import { runCommandLine } from '../command-line/run.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { version } from '../version.ts'
import type { Ended } from './process.ts'

/** Run a command in this process: quick, for all that neither listens nor ends the process. */
export async function typeCommand(words: readonly string[]): Promise<Ended> {
  const said = { out: '', error: '' }
  const line = (stream: 'out' | 'error') => (text: string) => {
    said[stream] += text.endsWith('\n') ? text : `${text}\n`
  }
  const terminal: Terminal = {
    write: line('out'),
    note: line('error'),
    progress: () => undefined,
    endProgress: () => undefined,
    paint: (_, text) => text,
    columns: 100,
    width: null,
    isInteractive: false,
  }
  const exitCode = await runCommandLine(words, { chapters, version, welcome, terminal })
  return { exitCode, ...said }
}
