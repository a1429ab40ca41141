import { deepEqual, equal } from 'node:assert/strict'
import { test } from 'node:test'

import { OverlayBoard } from './overlay-board.ts'
import { OVERLAYS_SHOWN_MAX, type OverlayView } from './overlay-schema.ts'

function banner(overlayId: string, untilMs: number | null = null): OverlayView {
  const content = { kind: 'banner', text: overlayId } as const
  return { overlayId, content, from: null, shownAtMs: 0, untilMs }
}

const idsOf = (overlays: readonly OverlayView[]) => overlays.map(({ overlayId }) => overlayId)

test('[OV1] an overlay is shown once under its id, until its time or until it is hidden', () => {
  const board = new OverlayBoard()
  board.show(banner('a', 100), 0)
  board.show(banner('b'), 0)
  board.show(banner('b', 500), 0)
  deepEqual(idsOf(board.at(99)), ['a', 'b'])
  deepEqual(idsOf(board.at(100)), ['b'])
  equal(board.hide('b'), true)
  equal(board.hide('b'), false)
  deepEqual(board.at(0), [])
})

test('[OV1] of too many overlays the oldest go, and are named', () => {
  const board = new OverlayBoard()
  for (let count = 0; count < OVERLAYS_SHOWN_MAX; count += 1) board.show(banner(`o${count}`), 0)
  deepEqual(board.show(banner('last'), 0), ['o0'])
  equal(board.at(0).length, OVERLAYS_SHOWN_MAX)
})
