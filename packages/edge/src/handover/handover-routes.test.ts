import { deepEqual, equal, ok } from 'node:assert/strict'
import { test } from 'node:test'

import { verifySlip } from '@nightmarket/kernel'
import { EVENING } from '@nightmarket/kernel/testing'
import { digest, verifySignature } from '@nightmarket/stall/testing'

import { openEveningEdge, OPERATOR } from '../testing/evening-edge.ts'

const wanted = {
  transferId: 'slip-1',
  dropId: EVENING.dropId,
  itemId: EVENING.mugItem,
  quantity: 3,
  toNodeId: 'till-1',
  toEpoch: 1,
}

test('[HD1] an operator hands units to a till; asked again, the slip is the same', async () => {
  await using edge = await openEveningEdge({ units: 5 })
  equal((await edge.post('/v1/handovers', wanted)).status, 401)
  const headers = { authorization: OPERATOR }
  const first = await edge.post('/v1/handovers', wanted, headers)
  equal(first.status, 201)
  const slip: unknown = await first.json()
  const check = { digest, verify: verifySignature }
  const verified = verifySlip(slip, edge.market.publicKey, check)
  ok(verified.ok)
  deepEqual([verified.value.handed.quantity, verified.value.handed.toNodeId], [3, 'till-1'])
  const again = verifySlip(
    await (await edge.post('/v1/handovers', wanted, headers)).json(),
    edge.market.publicKey,
    check,
  )
  ok(again.ok)
  deepEqual(again.value.handed, verified.value.handed)
  const other = { ...wanted, transferId: 'slip-2' }
  const short = await edge.post('/v1/handovers', other, headers)
  equal(((await short.json()) as { code: string }).code, 'units_short')
  const changed = await edge.post('/v1/handovers', { ...wanted, quantity: 1 }, headers)
  equal(changed.status, 422)
})
