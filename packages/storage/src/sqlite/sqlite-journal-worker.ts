import { parentPort, workerData } from 'node:worker_threads'

import { assert } from '@nightmarket/kernel'

import { StorageFault } from '../storage-fault.ts'
import type {
  WriterAnswers,
  WriterReply,
  WriterRequest,
  WriterStart,
} from './sqlite-journal-message.ts'
import { SqliteJournalWriter } from './sqlite-journal-writer.ts'

const port = parentPort
assert(port !== null, 'the writer runs on a worker thread')
const { path, options } = workerData as WriterStart

try {
  const writer = new SqliteJournalWriter(path, options)
  port.on('message', (request: WriterRequest) => {
    port.postMessage(replyTo(() => answer(writer, request)))
    if (request.kind === 'close') port.close()
  })
  port.postMessage({ answer: null })
} catch (error) {
  port.postMessage(faultReply(error))
}

/** Faults travel as data; a defect ends the thread, and with it the store. */
function replyTo(work: () => unknown): WriterReply {
  try {
    return { answer: work() }
  } catch (error) {
    return faultReply(error)
  }
}

function faultReply(error: unknown): WriterReply {
  if (!(error instanceof StorageFault)) throw error
  return { fault: { code: error.code, message: error.message } }
}

function answer(
  writer: SqliteJournalWriter,
  request: WriterRequest,
): WriterAnswers[keyof WriterAnswers] {
  switch (request.kind) {
    case 'head':
      return writer.head
    case 'append':
      return writer.append(request.expected, request.batch)
    case 'read':
      return writer.read(request)
    case 'checkpointCovering':
      return writer.checkpointCovering(request.sequence)
    case 'latestCheckpoint':
      return writer.latestCheckpoint()
    case 'close':
      writer[Symbol.dispose]()
      return null
  }
}
