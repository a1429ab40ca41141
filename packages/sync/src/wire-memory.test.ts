import { equal, notEqual, rejects } from 'node:assert/strict'
import { test } from 'node:test'

import { EVENING } from '@nightmarket/kernel/testing'

import type { ExchangeRequest } from './protocol.ts'
import { LedgerParent } from './testing/ledger-parent.ts'
import { createMemoryWire } from './wire-memory.ts'

const request: ExchangeRequest = {
  protocolVersion: 1,
  nodeId: EVENING.nodeId,
  epoch: 1,
  entries: [],
  previousHash: '0'.repeat(64),
  checkpoint: null,
  feedAfter: 0,
  demand: [],
  atMs: 0,
}

test('[SY3] messages are copied, so that neither side holds on to the other’s', async () => {
  const parent = new LedgerParent(() => 0)
  parent.openEvening(1)
  const answer = await createMemoryWire(parent).exchange(request)
  notEqual(parent.requests[0], request)
  equal(answer.status, 'ack')
  if (answer.status !== 'ack') return
  notEqual(answer.feed[0], parent.feed[0])
  notEqual(answer.feed[0]?.body, parent.feed[0]?.body)
})

test('[SY3] a cut fails what is under way and what comes after, until it is mended', async () => {
  const wire = createMemoryWire(new LedgerParent(() => 0))
  const waiting = wire.awaitFeed(0)
  wire.cut()
  await rejects(waiting, { code: 'unreachable' })
  await rejects(wire.exchange(request), { code: 'unreachable' })
  wire.mend()
  equal((await wire.exchange(request)).status, 'ack')
})
