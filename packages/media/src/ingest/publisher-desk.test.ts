import { deepEqual, equal, ok, throws } from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { test } from 'node:test'
import fc from 'fast-check'

import { openMediaFolder } from '../testing/fragmented-video.ts'
import { testShow, writeTestKeys } from '../testing/open-picture.ts'
import type { ShowFacts } from './ingest-message.ts'
import { PublisherDesk } from './publisher-desk.ts'
import { hashStreamKey, parseStreamKeys, showOfKey, writeStreamKeys } from './stream-keys.ts'

function openDesk() {
  const folder = openMediaFolder()
  const keysFile = writeTestKeys(folder.path)
  const told: string[] = []
  const on: { show: ShowFacts | null } = { show: null }
  const desk = new PublisherDesk({
    nowMs: () => 1_000,
    keysFile,
    show: () => on.show,
    programme: {
      begin: () => told.push('begin'),
      take: ({ kind }) => told.push(kind),
      end: () => told.push('end'),
    },
    onChange: () => undefined,
  })
  const come = (key: string, name = key) =>
    desk.admit(key, { close: () => void told.push(`${name} closed`), via: 'rtmp' })
  return { desk, come, told, on, keysFile, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

test('[RT3] who has the key of the show takes over, another show is refused meanwhile', () => {
  using place = openDesk()
  const { desk, come, told } = place
  const first = come('the-key', 'first')
  throws(() => come('another-key'), { code: 'publisher_busy' })
  equal(desk.status().lastRefusal?.code, 'publisher_busy')
  const second = come('the-key', 'second')
  deepEqual(told, ['begin', 'end', 'begin', 'first closed'])
  first.end(null)
  equal(desk.status().isPublishing, true)
  second.end(null)
  equal(desk.status().isPublishing, false)
  come('another-key')
})

test('[KY2] a key opens its own show only, and any when nothing is on', () => {
  using place = openDesk()
  const { desk, come, on } = place
  come('another-key').end(null)
  on.show = testShow()
  throws(() => come('another-key'), { code: 'key_of_another_show' })
  throws(() => come('nobody'), { code: 'key_unknown' })
  come('the-key')
  ok(!JSON.stringify(desk.status()).includes('key"'))
})

test('[KY1] a new key is good at once, the old one never again, and who had it makes way', () => {
  using place = openDesk()
  const { come, told, keysFile } = place
  come('the-key', 'thief')
  writeFileSync(keysFile, writeStreamKeys([{ showId: 'quay', hash: hashStreamKey('fresh') }]))
  throws(() => come('the-key'), { code: 'key_unknown' })
  come('fresh')
  ok(told.includes('thief closed'))
})

test('[KY1] only the hash of a key is kept, and a damaged line lets nobody in', () => {
  using folder = openMediaFolder()
  const file = writeTestKeys(folder.path)
  equal(showOfKey(file, 'the-key'), 'quay')
  equal(showOfKey(`${folder.path}/none`, 'the-key'), null)
  const keys = [{ showId: 'quay', hash: hashStreamKey('the-key') }]
  const text = writeStreamKeys(keys)
  ok(!text.includes('the-key'))
  deepEqual(parseStreamKeys(text), keys)
  fc.assert(
    fc.property(fc.string(), (noise) => {
      ok(parseStreamKeys(noise).every(({ hash }) => hash.length === 64))
    }),
  )
})
