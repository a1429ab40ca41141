import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { cameraTroubleOf, isNewScan, SAME_CODE_MS } from './camera-view.ts'

test('[SV1] a refused camera is told as what can be done about it', () => {
  const names = ['NotAllowedError', 'NotFoundError', 'NotReadableError', 'SecurityError', 'Other']
  deepEqual(
    names.map((name) => cameraTroubleOf(new DOMException('no', name))),
    ['denied', 'absent', 'busy', 'insecure', 'failed'],
  )
  equal(cameraTroubleOf('nonsense'), 'failed')
})

test('[SV2] a code that is held still is one scan, another one is another', () => {
  const last = { text: '4006381333931', atMs: 1_000 }
  equal(isNewScan(null, last), true)
  equal(isNewScan(last, { ...last, atMs: 1_000 + SAME_CODE_MS }), false)
  equal(isNewScan(last, { ...last, atMs: 1_001 + SAME_CODE_MS }), true)
  equal(isNewScan(last, { text: '4006381333948', atMs: 1_001 }), true)
})
