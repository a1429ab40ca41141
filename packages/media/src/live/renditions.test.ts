import { deepEqual, equal, ok } from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { promisify } from 'node:util'
import HLS from 'hls-parser'

import { streamFiles } from '../stream/stream-files.ts'
import { StreamFolder } from '../stream/stream-folder.ts'
import { encode, openPicture } from '../testing/open-picture.ts'
import { serveApp } from '../testing/serve-app.ts'
import { writeMasterPlaylist } from './master-playlist.ts'

interface Reader {
  push(text: string): void
  end(): void
  readonly manifest: { readonly segments: readonly { readonly uri?: string }[] }
}

const { Parser } = createRequire(import.meta.url)('m3u8-parser') as { Parser: new () => Reader }
const execute = promisify(execFile)
const PATH = '/media/live'

/** A media playlist as a strict reader sees it. */
function readStrictly(text: string) {
  HLS.setOptions({ strictMode: true })
  const list = HLS.parse(text)
  ok(!list.isMasterPlaylist)
  const lenient = new Parser()
  lenient.push(text)
  lenient.end()
  const segments = list.segments.filter(({ uri }) => uri !== '')
  ok(lenient.manifest.segments.length >= segments.length)
  return { list, segments }
}

test('[RN1, RN2] all renditions have the same segments, and every reader takes them', async () => {
  await using picture = await openPicture()
  const { live, app } = picture
  await encode(live.ports.rtmp, 'the-key')
  await using stream = await StreamFolder.open(picture.folder, Date.now)
  app.route('/', streamFiles(stream))
  const get = async (name: string) => (await app.request(`${PATH}/${name}`)).text()
  const [wan, venue, sound] = await Promise.all(
    ['index.m3u8', 'venue/index.m3u8', 'sound/index.m3u8'].map(get),
  )
  const lists = [wan, venue, sound].map((text) => readStrictly(text ?? ''))
  for (const { list, segments } of lists) {
    equal(list.mediaSequenceBase, lists[0]?.list.mediaSequenceBase)
    equal(list.discontinuitySequenceBase, lists[0]?.list.discontinuitySequenceBase)
    deepEqual(segments.map(({ duration }) => duration), lists[0]?.segments.map((s) => s.duration))
  }
  deepEqual(
    lists.map(({ list }) => list.renditionReports.map(({ uri }) => uri)),
    [['sound/index.m3u8'], ['../sound/index.m3u8'], ['../index.m3u8', '../venue/index.m3u8']],
  )
  readStrictly(await get('replay.m3u8'))
  readStrictly(await get('index.m3u8?_HLS_skip=YES'))
  await using server = await serveApp(app)
  const codecs = async (name: string) => {
    const words = ['-v', 'error', '-show_entries', 'stream=codec_name', '-of', 'csv=p=0']
    const { stdout, stderr } = await execute('ffprobe', [...words, `${server.url}${PATH}/${name}`])
    equal(stderr, '')
    return [...new Set(stdout.trim().split(/\s+/))].sort()
  }
  deepEqual(await codecs('venue/index.m3u8'), ['aac', 'h264'])
  deepEqual(await codecs('sound/index.m3u8'), ['aac'])
  deepEqual(await codecs('replay.m3u8'), ['aac', 'h264'])
  const master = HLS.parse(await get('master.m3u8'))
  ok(master.isMasterPlaylist)
  deepEqual(master.variants.map(({ uri }) => uri), ['index.m3u8', 'sound/index.m3u8'])
  ok(master.variants.every(({ bandwidth }) => bandwidth > 10_000))
})

test('[RN2] the words in each language stand in the master playlist', () => {
  const variant = { uri: 'index.m3u8', codecs: 'avc1.42c01e,mp4a.40.2', bitsPerSecond: 800_000.5 }
  const words = ['de', 'pt-BR'].map((language) => {
    return { language, uri: `/media/captions/${language}/live.m3u8` }
  })
  HLS.setOptions({ strictMode: true })
  const list = HLS.parse(writeMasterPlaylist([variant], words))
  ok(list.isMasterPlaylist)
  equal(list.variants[0]?.bandwidth, 800_001)
  deepEqual(list.variants[0]?.subtitles.map(({ language, uri }) => [language, uri]), [
    ['de', '/media/captions/de/live.m3u8'],
    ['pt-BR', '/media/captions/pt-BR/live.m3u8'],
  ])
  ok(!writeMasterPlaylist([variant], []).includes('SUBTITLES'))
})
