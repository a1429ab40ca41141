import { ProcessorFault } from '../processor.ts'

/**
 * End a call at its deadline, whatever the network does. The SDK's own timeout counts idle time of
 * one attempt only; this counts the whole call. The abandoned request ends by that timeout. [PR12]
 */
export async function withDeadline<T>(deadlineMs: number, call: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const expiry = new Promise<never>((_, reject) => {
    const message = `no answer from the processor within ${deadlineMs} ms`
    timer = setTimeout(() => reject(new ProcessorFault('timeout', message)), deadlineMs)
  })
  try {
    return await Promise.race([call, expiry])
  } finally {
    clearTimeout(timer)
    // An abandoned call may still fail: its outcome is looked up, and nobody waits for this one.
    call.catch(() => undefined)
  }
}
