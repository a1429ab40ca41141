import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import type { DropId, VariantId } from '@nightmarket/kernel'

import { BACKLOG_TIPS_MAX, BACKLOG_FRAMES_MAX } from './backlog.ts'
import type { LiveBatch } from './live-batch.ts'
import { LiveHub, RING_FRAMES_MAX, SLOW_MS_MAX, type LiveSink } from './live-hub.ts'
import type { LiveMessage } from './message.ts'

const dropId = 'main' as DropId

/** A wire that a test fills and empties. */
class Wire implements LiveSink {
  readonly batches: LiveBatch[] = []
  isFull = false
  pings = 0
  closed: string | null = null
  write(batch: LiveBatch): boolean {
    this.batches.push(batch)
    return !this.isFull
  }
  ping(): void {
    this.pings += 1
  }
  close(reason: string): void {
    this.closed = reason
  }
  get messages(): readonly LiveMessage[] {
    return this.batches.flatMap(({ frames }) => frames.map(({ message }) => message))
  }
  /** Offsets of what everybody is told, without the greeting. */
  get offsets(): readonly number[] {
    return this.messages.flatMap((message) =>
      'offset' in message && message.type !== 'hello' ? [message.offset] : [],
    )
  }
}

function openHub() {
  const clock = { ms: 0 }
  const soon: (() => void)[] = []
  const hub = new LiveHub({
    epoch: 'e1',
    nowMs: () => clock.ms,
    monotonicMs: () => clock.ms,
    heartbeatMs: 15_000,
    soon: (work) => soon.push(work),
    snapshot: () => ({
      type: 'snapshot',
      release: null,
      drops: [],
      overlays: [],
      hasPicture: false,
    }),
  })
  const turn = () => soon.splice(0).forEach((work) => work())
  const join = (resume: { epoch: string; offset: number } | null = null) => {
    const wire = new Wire()
    return { wire, viewer: hub.join(wire, resume) }
  }
  return { hub, clock, turn, join }
}

const stock = (unitsHere: number, variant = 'mug') => {
  const variantId = variant as VariantId
  return { type: 'stock', dropId, variantId, unitsHere, stock: 'here' } as const
}
const tip = (amountMinor: number) => ({ type: 'tip', amountMinor, currency: 'EUR' }) as const

test('[LV1] what is published within a turn goes to everybody as the same batch', () => {
  const { hub, turn, join } = openHub()
  const [ann, ben] = [join().wire, join().wire]
  const before = ann.batches.length
  hub.publish(stock(3))
  hub.publish(stock(2))
  equal(ann.batches.length, before, 'nothing is written before the turn ends')
  turn()
  equal(ann.batches.length, before + 1)
  equal(ann.batches.at(-1), ben.batches.at(-1), 'one batch, shared')
  deepEqual(ann.offsets, [0, 1, 2])
})

test('[LV2] a page that comes back gets what came after, each once and in order', () => {
  const { hub, turn, join } = openHub()
  for (let left = 9; left > 0; left -= 1) hub.publish(stock(left))
  turn()
  hub.publish(stock(0))
  const back = join({ epoch: 'e1', offset: 6 }).wire
  turn()
  deepEqual(back.offsets, [7, 8, 9, 10], 'also what was still to be written when it came')
  equal(back.messages[0]?.type, 'hello')
  ok(back.messages[0]?.type === 'hello' && back.messages[0].isResumed)
  const same = join({ epoch: 'e1', offset: 10 }).wire
  deepEqual(same.offsets, [], 'nothing was missed, nothing is repeated')
})

test('[LV2] a snapshot comes when the epoch is another, or too much was missed', () => {
  const { hub, turn, join } = openHub()
  for (let count = 0; count < 3 * RING_FRAMES_MAX; count += 1) hub.publish(stock(count))
  turn()
  const points = [
    null,
    { epoch: 'e0', offset: 6_000 },
    { epoch: 'e1', offset: 1 },
    { epoch: 'e1', offset: 9_000_000 },
  ]
  for (const point of points) {
    const { messages } = join(point).wire
    deepEqual(
      messages.map(({ type }) => type),
      ['hello', 'snapshot'],
    )
    ok(messages[0]?.type === 'hello' && !messages[0].isResumed)
    ok(messages[1]?.type === 'snapshot' && messages[1].offset === 3 * RING_FRAMES_MAX)
  }
  const near = { epoch: 'e1', offset: 3 * RING_FRAMES_MAX - RING_FRAMES_MAX }
  equal(join(near).wire.offsets.length, RING_FRAMES_MAX)
})

test('[LV4] a slow viewer gets the latest stock, and loses tips first', () => {
  const { hub, turn, join } = openHub()
  const { wire, viewer } = join()
  wire.isFull = true
  hub.publish(stock(100))
  turn()
  const before = wire.batches.length
  for (let count = 0; count < BACKLOG_TIPS_MAX + 7; count += 1) {
    hub.publish(tip(count))
    hub.publish(stock(99 - count))
    hub.publish(stock(50 - count, 'print'))
    turn()
  }
  equal(wire.batches.length, before, 'nothing is written to a full wire')
  wire.isFull = false
  viewer.drained()
  equal(wire.batches.length, before + 1, 'all that waits goes in one write')
  const caughtUp = wire.batches.at(-1)?.frames.map(({ message }) => message) ?? []
  const units = caughtUp.flatMap((each) => (each.type === 'stock' ? [each.unitsHere] : []))
  deepEqual(units, [99 - 26, 50 - 26])
  equal(caughtUp.filter(({ type }) => type === 'tip').length, BACKLOG_TIPS_MAX)
  deepEqual(caughtUp.at(-1), { type: 'shed', count: 7 })
  deepEqual(wire.offsets, wire.offsets.toSorted((a, b) => a - b), 'in the order it was told')
})

test('[LV4] a release replaces what was told of the last one’s drops', () => {
  const { hub, turn, join } = openHub()
  const { wire, viewer } = join()
  wire.isFull = true
  hub.publish(stock(5))
  turn()
  hub.publish(stock(4))
  hub.publish({ type: 'release', releaseId: 'r2', releaseNumber: 2, drops: [] })
  turn()
  viewer.drained()
  deepEqual(wire.batches.at(-1)?.frames.map(({ message }) => message.type), ['release'])
})

test('[LV4] a viewer who stays slow, or for whom too much waits, is let go', () => {
  const { hub, clock, turn, join } = openHub()
  const [slow, far] = [join().wire, join().wire]
  slow.isFull = true
  far.isFull = true
  hub.publish(stock(1))
  turn()
  hub.beat()
  equal(slow.closed, null)
  for (let count = 0; count <= BACKLOG_FRAMES_MAX; count += 1) hub.publish(stock(1, `v${count}`))
  turn()
  equal(far.closed, 'too_slow')
  const late = join().wire
  late.isFull = true
  hub.publish(stock(1))
  turn()
  clock.ms = SLOW_MS_MAX + 1
  hub.beat()
  equal(late.closed, 'too_slow')
  equal(hub.viewers, 0)
})
