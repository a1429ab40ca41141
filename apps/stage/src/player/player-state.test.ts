import assert from 'node:assert/strict'
import { test } from 'node:test'

import { nextState, type PlayerEvent, type PlayerState } from './player-state.ts'

const follow = (...events: readonly PlayerEvent[]): PlayerState =>
  events.reduce(nextState, 'waiting' as PlayerState)

test('[PL5] a player says live only once there is a picture', () => {
  assert.equal(follow('stream_found'), 'starting')
  assert.equal(follow('stream_found', 'picture'), 'live')
  assert.equal(follow('picture'), 'waiting')
})

test('[PL5] nothing coming is reconnecting, and a picture ends it', () => {
  assert.equal(follow('stream_found', 'picture', 'stalled'), 'reconnecting')
  assert.equal(follow('stream_found', 'picture', 'lost', 'picture'), 'live')
})

test('[PL5] going back is said, and does not call itself live when it plays', () => {
  assert.equal(follow('stream_found', 'picture', 'went_back', 'picture'), 'replay')
  assert.equal(follow('stream_found', 'picture', 'went_back', 'went_live', 'picture'), 'live')
})

test('[PL5] the end is the end until another stream begins', () => {
  assert.equal(follow('stream_found', 'picture', 'over', 'stalled', 'picture'), 'ended')
  assert.equal(follow('stream_found', 'picture', 'over', 'stream_found'), 'starting')
})
