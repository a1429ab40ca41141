import { chapters } from './command/chapters.ts'
import { welcome } from './command/welcome.ts'
import { runCommandLine } from './command-line/run.ts'
import { createTerminal } from './terminal/terminal.ts'
import { version } from './version.ts'

// A reader that has seen enough, as in `nightmarket export | head`, is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1)
})

process.exitCode = await runCommandLine(process.argv.slice(2), {
  chapters,
  version,
  welcome,
  terminal: createTerminal(),
})
