/** How often a process looks whether its parent is still there. */
const LOOK_EVERY_MS = 250

/**
 * Stop in order when npm started this process and is gone. Between the two stands a shell, which
 * ends on the SIGTERM that npm hands down and tells nobody: without this, `npx nightmarket up`
 * would go on alone after its own end. Looks at the parent, since nothing else says so.
 */
export function stopWithParent(): void {
  if (process.env['npm_command'] === undefined) return
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  look.unref()
}
