import { parentPort, workerData } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

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
    else void host[Symbol.asyncDispose]().then(() => port.close())
  })
  tell({ kind: 'ready', ports: host.ports })
} catch (error) {
  assert(error instanceof Error, 'what is thrown is an error')
  tell({ kind: 'failed', error, code: 'code' in error ? String(error.code) : null })
  port.close()
}
