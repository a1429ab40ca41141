import assert from 'node:assert/strict'
import { test } from 'node:test'

import { CLIP_MS, windowOf } from './clip-window.ts'

test('[CL1] a clip is around a mark, order or burst, or exactly where it was asked for', () => {
  assert.deepEqual(windowOf({ kind: 'mark', atMs: 100_000 }).ok, true)
  assert.deepEqual(windowOf({ kind: 'order', orderId: 'o', atMs: 100_000 }), {
    ok: true,
    value: { fromMs: 85_000, toMs: 110_000 },
  })
  const burst = { fromMs: 50_000, toMs: 60_000, units: 9 }
  assert.deepEqual(windowOf({ kind: 'burst', burst }), {
    ok: true,
    value: { fromMs: 42_000, toMs: 70_000 },
  })
  assert.deepEqual(windowOf({ kind: 'span', startAtMs: 5, durationMs: 3_000 }), {
    ok: true,
    value: { fromMs: 5, toMs: 3_005 },
  })
})

test('[CL1] a clip that is too short or too long is refused with the limits', () => {
  for (const durationMs of [0, CLIP_MS.min - 1, CLIP_MS.max + 1]) {
    const refused = windowOf({ kind: 'span', startAtMs: 0, durationMs })
    assert.equal(!refused.ok && refused.error.code, 'clip_length_invalid')
  }
})
