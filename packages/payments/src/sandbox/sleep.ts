/** Wait, or less if the signal says that nobody waits for it any more. Never rejects. */
export type Sleep = (delayMs: number, signal?: AbortSignal) => Promise<void>

/** Wait on the process's own timers. */
export const sleep: Sleep = (delayMs, signal) =>
  new Promise((resolve) => {
    if (signal?.aborted === true) return resolve()
    const timer = setTimeout(finish, delayMs)
    signal?.addEventListener('abort', finish, { once: true })
    function finish(): void {
      clearTimeout(timer)
      signal?.removeEventListener('abort', finish)
      resolve()
    }
  })
