import { queryOverdueLeases, shareStock, type Core } from '@nightmarket/core'
import type { Log } from '@nightmarket/http'

/** How often units are shared out, beside the moments when a node reports. */
const SHARE_EVERY_MS = 1_000

/** How often leases past their end are asked about. */
const QUERY_EVERY_MS = 5_000

/** What a core does by the clock, whether anybody asks or not. */
export function startUpkeep(core: Core, log: Log): AsyncDisposable {
  const works = [
    every(
      SHARE_EVERY_MS,
      () => shareStock(core),
      (error) => {
        log.error({ err: error }, 'stock could not be shared out; it is tried again')
      },
    ),
    every(
      QUERY_EVERY_MS,
      () => queryOverdueLeases(core),
      (error) => {
        log.error({ err: error }, 'leases could not be asked about; it is tried again')
      },
    ),
  ]
  return {
    async [Symbol.asyncDispose]() {
      await Promise.all(works.map((stop) => stop()))
    },
  }
}

/** Run `work` again and again, one at a time. The returned function waits for the last run. */
function every(
  everyMs: number,
  work: () => Promise<unknown>,
  onError: (error: unknown) => void,
): () => Promise<void> {
  let running: Promise<unknown> | null = null
  const timer = setInterval(() => {
    running ??= work()
      .catch(onError)
      .finally(() => {
        running = null
      })
  }, everyMs)
  return async () => {
    clearInterval(timer)
    await running
  }
}
