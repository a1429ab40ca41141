import { parentPort, workerData } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import type { WhipPort } from '../whip/whip-routes.ts'
import { openIngestHost } from './ingest-host.ts'
import type { IngestNews, IngestRequest, IngestSettings } from './ingest-message.ts'

// Entry of the encoder's thread: whatever an encoder sends never keeps a sale waiting.
assert(parentPort !== null, 'the way in for encoders is started as a thread')
const port = parentPort
const tell = (news: IngestNews) => port.postMessage(news)

try {
  const host = await openIngestHost(workerData as IngestSettings, tell)
  port.on('message', (wanted: IngestRequest) => {
    if (wanted.kind === 'show') host.setShow(wanted.show)
    else if (wanted.kind === 'offer') void answer(host.whip, wanted)
    else if (wanted.kind === 'hang_up') host.whip.end(wanted.sessionId)
    else void host[Symbol.asyncDispose]().then(() => port.close())
  })
  tell({ kind: 'ready', ports: host.ports })
} catch (error) {
  assert(error instanceof Error, 'what is thrown is an error')
  tell({ kind: 'failed', error, code: 'code' in error ? String(error.code) : null })
  port.close()
}

async function answer(
  whip: WhipPort,
  { offerId, key, sdp }: Extract<IngestRequest, { readonly kind: 'offer' }>,
): Promise<void> {
  tell({ kind: 'answer', offerId, answer: await whip.offer(key, sdp) })
}
