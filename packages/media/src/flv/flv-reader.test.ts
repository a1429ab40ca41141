import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'

import { StreamRefusal } from '../rtmp/stream-refusal.ts'
import { FlvReader } from './flv-reader.ts'

/** A FLV file of three AAC frames. */
function file(): Buffer {
  const tags = [0, 23, 0x01000017].map((timestampMs) => {
    const body = Buffer.from([0xaf, 1, 9, 9, 9])
    const tag = Buffer.alloc(11)
    tag[0] = 8
    tag.writeUIntBE(body.length, 1, 3)
    tag.writeUIntBE(timestampMs & 0xffffff, 4, 3)
    tag[7] = timestampMs >>> 24
    return Buffer.concat([tag, body, Buffer.alloc(4)])
  })
  return Buffer.concat([Buffer.from('FLV\x01\x05\0\0\0\x09\0\0\0\0', 'latin1'), ...tags])
}

test('[FL3] a file is read as it comes, however its bytes are cut', () => {
  const bytes = file()
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (cuts) => {
      const reader = new FlvReader()
      const times: number[] = []
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const end = at + (cuts[turn % cuts.length] ?? 1)
        for (const content of reader.read(bytes.subarray(at, end))) {
          ok(content.kind === 'audio')
          times.push(content.timestampMs)
        }
        at = end
      }
      deepEqual(times, [0, 23, 0x01000017])
    }),
  )
})

test('[FL3] whatever bytes come are read or refused', () => {
  const web = Buffer.from('GET / HTTP/1.1\r\n')
  throws(() => new FlvReader().read(web), { code: 'stream_malformed' })
  equal(new FlvReader().read(file().subarray(0, 20)).length, 0)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
      try {
        new FlvReader().read(Buffer.concat([file(), Buffer.from(noise)]))
      } catch (error) {
        ok(error instanceof StreamRefusal, String(error))
      }
    }),
  )
})
