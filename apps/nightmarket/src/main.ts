import { enableCompileCache } from 'node:module'

// Node keeps what it compiled in the system's temporary folder: the next command starts in a third
// of the time. What follows is imported only then, so that it is kept too.
enableCompileCache()
const { chapters } = await import('./command/chapters.ts')
const { welcome } = await import('./command/welcome.ts')
const { runCommandLine } = await import('./command-line/run.ts')
const { createTerminal } = await import('./terminal/terminal.ts')
const { version } = await import('./version.ts')

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
