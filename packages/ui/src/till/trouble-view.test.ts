import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'

import { mayBeginAnew, troubleOf } from './trouble-view.ts'

test('[TV30] a till that its parent refuses says why, and begins anew only when heard out', () => {
  deepEqual(
    [
      troubleOf(null, null),
      troubleOf('clock', 'node_revoked'),
      troubleOf('quarantined', null),
      troubleOf('quarantined', 'node_revoked'),
      troubleOf('quarantined', 'epoch_retired'),
    ],
    [null, 'clock', 'quarantined', 'revoked', 'retired'],
  )
  deepEqual(
    [mayBeginAnew('closed', 1), mayBeginAnew('closed', 0), mayBeginAnew('revoked', 1)],
    [false, true, true],
  )
  deepEqual([mayBeginAnew('clock', 0), mayBeginAnew('storage', 0)], [false, false])
})
