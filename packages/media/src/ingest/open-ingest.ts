import { once } from 'node:events'
import { Worker } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import type { Part, Timeline } from '../live/packager.ts'
import type {
  IngestNews,
  IngestPorts,
  IngestRequest,
  IngestSettings,
  Rendition,
  ShowFacts,
} from './ingest-message.ts'
import type { WhipAnswer } from '../whip/whip-door.ts'
import type { WhipPort } from '../whip/whip-routes.ts'
import { IDLE_STATUS, type IngestStatus } from './publisher-desk.ts'

/** Where the parts of one rendition go. */
export interface PartSink {
  /** Parts begin to come. */
  begin(): void
  take(part: Part): void
  /** No more parts come, until they begin again. */
  end(): void
}

/** What the way in for encoders is opened with. */
export interface IngestOptions extends Omit<IngestSettings, 'renditions'> {
  readonly renditions: readonly (Rendition & { readonly sink: PartSink })[]
  readonly onTrouble: (facts: object, message: string) => void
  readonly onDefect: (error: unknown) => void
}

/** The way in for encoders, on a thread of its own. */
export interface Ingest extends AsyncDisposable {
  readonly ports: IngestPorts
  /** Where offers of phones and browsers go. */
  readonly whip: WhipPort
  status(): IngestStatus
  /** Tell which show is on: its key lets encoders in. */
  setShow(show: ShowFacts | null): void
}

/** Open the way in. Throws Node's own error when it cannot listen. [IG1] */
export async function openIngest(options: IngestOptions): Promise<Ingest> {
  const { renditions, onTrouble, onDefect, ...rest } = options
  const plans = renditions.map(({ name, profile }) => ({ name, profile }))
  const settings: IngestSettings = { ...rest, renditions: plans }
  const worker = new Worker(new URL('./ingest-worker.ts', import.meta.url), {
    workerData: settings,
  })
  const ask = (request: IngestRequest) => worker.postMessage(request)
  const exited = once(worker, 'exit')
  const { promise: ready, resolve, reject } = Promise.withResolvers<IngestPorts>()
  const timelines = new Map<string, Timeline>()
  const sinks = new Map(renditions.map(({ name, sink }) => [name, sink]))
  const offers = new Map<number, (answer: WhipAnswer) => void>()
  let offersMade = 0
  let status = IDLE_STATUS
  worker.on('error', (error) => {
    reject(error)
    onDefect(error)
  })
  worker.on('message', (news: IngestNews) => {
    if (news.kind === 'ready') resolve(news.ports)
    else if (news.kind === 'failed') reject(Object.assign(news.error, { code: news.code }))
    else if (news.kind === 'status') status = news.status
    else if (news.kind === 'answer') {
      offers.get(news.offerId)?.(news.answer)
      offers.delete(news.offerId)
    } else if (news.kind === 'trouble') onTrouble(news.facts, news.message)
    else if (news.kind === 'timeline') timelines.set(news.rendition, news.timeline)
    else if (news.kind === 'on_air') {
      for (const sink of sinks.values()) {
        if (news.isOnAir) sink.begin()
        else sink.end()
      }
    } else {
      const timeline = timelines.get(news.rendition)
      assert(timeline !== undefined, 'a timeline goes before its parts')
      sinks.get(news.rendition)?.take({ ...news.part, timeline })
    }
  })
  return {
    ports: await ready,
    whip: {
      offer(key, sdp) {
        const offerId = offersMade++
        ask({ kind: 'offer', offerId, key, sdp })
        return new Promise((answer) => offers.set(offerId, answer))
      },
      end: (sessionId) => ask({ kind: 'hang_up', sessionId }),
    },
    status: () => status,
    setShow: (show) => ask({ kind: 'show', show }),
    async [Symbol.asyncDispose]() {
      ask({ kind: 'stop' })
      await exited
    },
  }
}
