/** How often a process looks whether its parent is still there. */
const LOOK_EVERY_MS = 250

/** Set by who starts a part of its own: the part must not outlive it. */
export const OWNED_PART = 'NIGHTMARKET_OWNED_PART'

/**
 * Stop in order when whoever started this process is gone, and would have wanted it to end.
 *
 * - npm: between the two stands a shell, which ends on the SIGTERM that npm hands down and tells
 *   nobody. Without this, `npx nightmarket up` would go on alone after its own end.
 * - A rush or a demo that was ended with `kill -9`: its parts have nobody left to stop them.
 *
 * Looks at the parent, since nothing else says so.
 */
export function stopWithParent(): void {
  if (process.env['npm_command'] === undefined && process.env[OWNED_PART] === undefined) return
  const parent = process.ppid
  const look = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(look)
    process.kill(process.pid, 'SIGTERM')
  }, LOOK_EVERY_MS)
  look.unref()
}
