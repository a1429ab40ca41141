import { equal, match, ok } from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import HLS from 'hls-parser'

import { TARGET_SECONDS, writeLivePlaylist, type ListedSegment } from './live-playlist.ts'

interface Reader {
  push(text: string): void
  end(): void
  readonly manifest: { readonly segments: readonly object[] }
}

const { Parser } = createRequire(import.meta.url)('m3u8-parser') as { Parser: new () => Reader }
const BEGAN_MS = Date.parse('2026-11-24T20:00:00.000Z')

function playlist(count: number, breakAt: number | null = null) {
  const segments = Array.from({ length: count }, (_, index): ListedSegment => {
    const isOpen = index === count - 1
    const parts = [0, 1].map((part) => {
      return { name: `p1-${index * 2 + part}.m4s`, durationMs: 500, isIndependent: part === 0 }
    })
    return {
      name: `s1-${index}.m4s`,
      initName: breakAt !== null && index >= breakAt ? 'i1-1.mp4' : 'i1-0.mp4',
      startAtMs: BEGAN_MS + index * 1_000,
      durationMs: isOpen ? null : 1_000,
      isBreak: index === breakAt,
      parts: isOpen ? parts.slice(0, 1) : parts,
    }
  })
  const hint = `p1-${count * 2 - 1}.m4s`
  return { mediaSequence: 7, discontinuitySequence: 2, partMs: 500, segments, hint, reports: [] }
}

test('[HL1] strict readers take the playlist, and its target duration never changes', () => {
  HLS.setOptions({ strictMode: true })
  for (const count of [1, 2, 5, 40]) {
    const text = writeLivePlaylist(playlist(count, count > 2 ? count - 2 : null), false)
    const list = HLS.parse(text)
    ok(!list.isMasterPlaylist)
    equal(list.targetDuration, TARGET_SECONDS)
    equal(list.mediaSequenceBase, 7)
    const parser = new Parser()
    parser.push(text)
    parser.end()
    equal(parser.manifest.segments.length >= count - 1, true)
  }
})

test('[HL2] parts are named at the newest end only, and the next one is hinted', () => {
  const text = writeLivePlaylist(playlist(20), false)
  equal(text.match(/^#EXT-X-PART:/gm)?.length, 5)
  match(text, /#EXT-X-PRELOAD-HINT:TYPE=PART,URI="p1-39.m4s"\n$/)
})

test('[HL3] a delta leaves out what is older than six target durations', () => {
  const whole = writeLivePlaylist(playlist(40), false)
  const delta = writeLivePlaylist(playlist(40), true)
  match(delta, /#EXT-X-SKIP:SKIPPED-SEGMENTS=14\n#EXT-X-MAP:URI="i1-0.mp4"\n/)
  ok(delta.length < whole.length)
  const named = (text: string) => text.match(/^s1-\d+\.m4s$/gm)?.length ?? 0
  equal(named(delta) + 14, named(whole))
  ok(!writeLivePlaylist(playlist(5), true).includes('SKIP:'))
})

test('[HL4] a closed end says that another run follows, so that players count it in time', () => {
  const open = playlist(5)
  const segments = open.segments.map((segment) => ({ ...segment, durationMs: 1_000 }))
  const lost = { ...open, segments, hint: null }
  ok(writeLivePlaylist(lost, false).endsWith('s1-4.m4s\n#EXT-X-DISCONTINUITY\n'))
  ok(!writeLivePlaylist(open, false).includes('#EXT-X-DISCONTINUITY\n'))
  HLS.setOptions({ strictMode: true })
  const list = HLS.parse(writeLivePlaylist(lost, false))
  ok(!list.isMasterPlaylist && list.segments.filter(({ uri }) => uri !== '').length === 5)
})
