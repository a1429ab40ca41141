import type { ExchangeRequest, ExchangeResponse, ParentWire } from './protocol.ts'
import { WireFault } from './wire-fault.ts'

/** A wire within one process that can be cut, for tests, the simulator and a core with its edge. */
export interface MemoryWire extends ParentWire {
  /** Fail everything under way and everything after it, until mended. */
  cut(): void
  mend(): void
}

/**
 * Carry messages to a parent in the same process. Each is copied through JSON, as on any wire, so
 * that neither side can hold on to the other's objects. [SY3]
 */
export function createMemoryWire(parent: ParentWire): MemoryWire {
  let broken: AbortController = new AbortController()
  async function carry<Answer>(
    call: (signal: AbortSignal) => Promise<Answer>,
    signal?: AbortSignal,
  ): Promise<Answer> {
    const { signal: cut } = broken
    const ended = signal === undefined ? cut : AbortSignal.any([cut, signal])
    if (ended.aborted) throw unreachable()
    const failed = Promise.withResolvers<never>()
    const fail = () => failed.reject(unreachable())
    ended.addEventListener('abort', fail, { once: true })
    try {
      return await Promise.race([call(ended), failed.promise])
    } finally {
      ended.removeEventListener('abort', fail)
    }
  }
  return {
    exchange: (request, signal) =>
      carry(
        async (ended) => copy<ExchangeResponse>(await parent.exchange(copy(request), ended)),
        signal,
      ),
    awaitFeed: (after, signal) => carry((ended) => parent.awaitFeed(after, ended), signal),
    cut: () => broken.abort(),
    mend() {
      if (broken.signal.aborted) broken = new AbortController()
    },
  }
}

function copy<Message extends ExchangeRequest | ExchangeResponse>(message: Message): Message {
  return JSON.parse(JSON.stringify(message)) as Message
}

function unreachable(): WireFault {
  return new WireFault('unreachable', 'The wire is cut.')
}
