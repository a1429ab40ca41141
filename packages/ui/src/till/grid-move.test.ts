import { deepEqual } from 'node:assert/strict'
import { test } from 'node:test'

import { moveInGrid } from './grid-move.ts'

test('[SV9] arrow keys walk the grid and stay in it', () => {
  const keys = ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown', 'Home', 'End', 'a']
  const from = (at: number) => {
    return keys.map((key) => moveInGrid(key, { from: at, count: 7, columns: 3 }))
  }
  deepEqual(from(0), [null, 1, null, 3, 0, 6, null])
  deepEqual(from(4), [3, 5, 1, null, 0, 6, null])
  deepEqual(from(-1), [null, null, null, null, null, null, null])
})
