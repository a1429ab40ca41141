import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { readPictureSize } from '../cmaf/picture-size.ts'
import { readFlvFile } from '../flv/flv-reader.ts'
import { readAudioTag, readVideoTag } from '../flv/read-tag.ts'
import { readAmf, writeAmf } from './amf.ts'
import { ChunkReader, MESSAGE } from './chunk-reader.ts'
import { StreamRefusal } from './stream-refusal.ts'
import { writeMessage } from './write-message.ts'

/** Outside bytes are read or refused; anything else would be a defect. */
function survives(work: () => void): void {
  try {
    work()
  } catch (error) {
    ok(error instanceof StreamRefusal, String(error))
  }
}

test('[RT6] commands are read back as they were written', () => {
  const values = ['publish', 4, null, true, { app: 'live', more: { deep: 1 } }] as const
  deepEqual(readAmf(writeAmf(...values)), values)
})

test('[RT6] a message is whole again, however its bytes arrive', () => {
  const body = Buffer.from('a'.repeat(100))
  const bytes = writeMessage(MESSAGE.command, body)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 10 }), (cuts) => {
      const reader = new ChunkReader()
      const messages = []
      let at = 0
      for (const cut of [...cuts, bytes.length]) {
        if (at < bytes.length) messages.push(...reader.read(bytes.subarray(at, at + cut)))
        at += cut
      }
      deepEqual(messages.map((message) => message.body), [body])
    }),
  )
})

test('[RT6] whatever bytes arrive are read or refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 600 }), (noise) => {
      const bytes = Buffer.from(noise)
      survives(() => readAmf(bytes))
      survives(() => new ChunkReader().read(bytes))
      survives(() => readVideoTag(bytes, 0))
      survives(() => readAudioTag(bytes, 0))
      survives(() => readFlvFile(bytes))
      survives(() => readPictureSize(bytes))
    }),
    { numRuns: 3_000 },
  )
})

test('[RT5] a message that is too long is refused before it is kept', () => {
  const header = writeMessage(MESSAGE.video, Buffer.alloc(1)).subarray(0, 12)
  const long = Buffer.from(header)
  long.writeUIntBE(0xffffff, 4, 3)
  throws(() => new ChunkReader().read(long), { code: 'message_too_long' })
  equal(new ChunkReader().read(header).length, 0)
})
