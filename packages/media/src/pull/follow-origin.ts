import { setTimeout as delay } from 'node:timers/promises'

import type { OriginFinder } from './origin-finder.ts'

/** Where an edge tells what changes, as server-sent events. */
const EVENTS_PATH = '/v1/live/events'

/** Between two tries. */
const RETRY_MS = 1_000

/** The longest event that is taken. */
const EVENT_CHARS_MAX = 100_000

/**
 * Hear what the origin tells its viewers, for as long as there is one, and pass each message on as
 * it came: the edge's own channel tells it to those here. [PU4]
 */
export function followOrigin(
  finder: Pick<OriginFinder, 'origin'>,
  hear: (message: unknown) => void,
): AsyncDisposable {
  const leaving = new AbortController()
  const following = follow(finder, hear, leaving.signal)
  return {
    async [Symbol.asyncDispose]() {
      leaving.abort()
      await following
    },
  }
}

async function follow(
  finder: Pick<OriginFinder, 'origin'>,
  hear: (message: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const { origin } = finder
    // An origin that goes away ends the stream, and is asked again.
    if (origin !== null) await hearEvents(origin, hear, signal).catch(() => undefined)
    await delay(RETRY_MS, undefined, { signal }).catch(() => undefined)
  }
}

async function hearEvents(
  origin: string,
  hear: (message: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  const response = await fetch(origin + EVENTS_PATH, { signal, redirect: 'error' })
  if (!response.ok || response.body === null) return
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    text += chunk
    const lines = text.split('\n')
    text = lines.pop() ?? ''
    if (text.length > EVENT_CHARS_MAX) return
    for (const line of lines.filter((each) => each.startsWith('data:'))) {
      hear(JSON.parse(line.slice('data:'.length)))
    }
  }
}
