import { deepEqual, equal, ok } from 'node:assert/strict'
import { createHash, generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto'
import { test } from 'node:test'
import fc from 'fast-check'

import type { LeaseId, NodeId, OperatorId, TransferId } from '../id.ts'
import { certificatePayload } from '../journal/certificate.ts'
import type { Digest } from '../journal/entry.ts'
import type { NodeCertificate, Slip } from '../journal/receipt.ts'
import type { VerifySignature } from '../journal/signature.ts'
import { TestJournal } from '../journal/test-journal.ts'
import { verifySlip } from '../journal/verify-slip.ts'
import type { StallAnswer } from './command.ts'
import { EVENING, openBench, type StallBench } from './fixture.ts'
import type { LeaseHanded } from './handover.ts'
import { createStallState, unsoldOf, type StallState } from './state.ts'
import { assertStock } from './stock.ts'

const digest: Digest = (bytes) => createHash('sha256').update(bytes).digest()
const TAKER = 'till-2' as NodeId
const operatorId = 'op-ada' as OperatorId

/** Two stalls of one market: the giver is the evening's, the taker another node. */
function openPair(units: number) {
  const giver = openBench()
  giver.grant('l1', units)
  const taker = openBench()
  const state = createStallState(TAKER, 1)
  // The bench's own state is the giver's by name: the taker's differs in its name only.
  Object.assign(taker.state, { nodeId: state.nodeId })
  return { giver, taker }
}

function hand(bench: StallBench, transferId: string, quantity: number, to = TAKER): StallAnswer {
  const { dropId, mugItem: itemId } = EVENING
  const what = { transferId: transferId as TransferId, dropId, itemId, quantity }
  return bench.run({ type: 'hand_over', ...what, toNodeId: to, toEpoch: 1, operatorId })
}

function slipOf(bench: StallBench, transferId: string) {
  const record = bench.state.handed.get(transferId as TransferId)
  ok(record !== undefined)
  const { handed } = record
  const proof = { handed, giverNodeId: EVENING.nodeId, giverEpoch: 1, handedAtMs: EVENING.startMs }
  return { proof, slip: {} as Slip, operatorId }
}

function codeOf(answer: StallAnswer): string {
  return answer.status === 'rejected' ? answer.rejection.code : answer.status
}

/** A wish under a token of the taker's. */
const THERE = { token: { audience: `${TAKER}/1` } }

/** What is unsold of a state's leases, in all. */
function unsoldIn(state: StallState): number {
  return [...state.leases.values()].reduce((sum, lease) => sum + unsoldOf(lease), 0)
}

test('[SL1] units leave the giver by the fact that the slip proves, once per transfer', () => {
  const { giver } = openPair(5)
  equal(codeOf(hand(giver, 't1', 2)), 'done')
  equal(codeOf(hand(giver, 't1', 2)), 'done')
  equal(codeOf(hand(giver, 't1', 3)), 'idempotency_key_reused')
  equal(unsoldIn(giver.state), 3)
  equal(giver.journal.filter(({ event }) => event.type === 'lease.handed').length, 1)
  for (let order = 1; order <= 3; order++) equal(codeOf(giver.place(`o${order}`)), 'accepted')
  ok(['waiting', 'sold_out'].includes(codeOf(giver.place('o4'))))
  assertStock(giver.state)
})

test('[SL2] no slip is of more than one lease has unsold, nor of one that is over', () => {
  const { giver } = openPair(2)
  giver.grant('l2', 3, { sellUntilMs: EVENING.startMs + 60_000 })
  equal(codeOf(hand(giver, 't1', 4)), 'units_short')
  giver.place('o1')
  equal(codeOf(hand(giver, 't2', 3)), 'done')
  equal(giver.state.handed.get('t2' as TransferId)?.handed.leaseId, 'l2')
  giver.grant('l3', 3, { sellUntilMs: EVENING.startMs + 60_000 })
  giver.pass(56_000)
  equal(codeOf(hand(giver, 't3', 3)), 'units_short')
})

test('[SL6] units that came by a slip are sold or returned, not handed on', () => {
  const { giver, taker } = openPair(5)
  hand(giver, 't1', 3)
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't1') })), 'done')
  const next = 'till-3' as NodeId
  equal(codeOf(hand(taker, 't2', 1, next)), 'units_handed_before')
  equal(codeOf(hand(taker, 't3', 4, next)), 'units_short')
  taker.grant('l2', 1)
  equal(codeOf(hand(taker, 't4', 1, next)), 'done')
  equal(taker.state.leases.get('l2' as LeaseId)?.subleased, 1)
})

test('[SL3] the named node takes a slip once, and its units last no longer for it', () => {
  const { giver, taker } = openPair(5)
  hand(giver, 't1', 2)
  hand(giver, 't2', 1, 'till-3' as NodeId)
  const command = { type: 'take_slip', ...slipOf(giver, 't1') } as const
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't2') })), 'slip_foreign')
  taker.pass(-3_000)
  equal(codeOf(taker.run(command)), 'not_selling')
  taker.pass(3_000)
  equal(codeOf(taker.run(command)), 'done')
  equal(codeOf(taker.run(command)), 'done')
  const [lease] = taker.state.leases.values()
  deepEqual([lease?.leaseId, lease?.granted], ['t1', 2])
  equal(lease?.sellUntilMs, giver.state.leases.values().next().value?.sellUntilMs)
  equal(codeOf(taker.place('o1', THERE)), 'accepted')
  equal(codeOf(taker.place('o2', THERE)), 'accepted')
  ok(['waiting', 'sold_out'].includes(codeOf(taker.place('o3', THERE))))
  const late = openPair(5)
  hand(late.giver, 't9', 2)
  late.taker.pass(EVENING.endMs - EVENING.startMs + 600_000)
  equal(codeOf(late.taker.run({ type: 'take_slip', ...slipOf(late.giver, 't9') })), 'slip_over')
})

test('[SL4] what was refused, or disclaimed to the parent, is never taken afterwards', () => {
  const { giver, taker } = openPair(6)
  for (const transferId of ['t1', 't2', 't3']) hand(giver, transferId, 2)
  equal(codeOf(taker.run({ type: 'refuse_slip', ...slipOf(giver, 't1') })), 'done')
  equal(codeOf(taker.run({ type: 'refuse_slip', ...slipOf(giver, 't1') })), 'done')
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't1') })), 'slip_refused')
  taker.feed({ type: 'lease.queried', body: { leaseId: 't2' as LeaseId } })
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't2') })), 'slip_refused')
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't3') })), 'done')
  equal(codeOf(taker.run({ type: 'refuse_slip', ...slipOf(giver, 't3') })), 'slip_taken')
  taker.feed({ type: 'lease.queried', body: { leaseId: 't3' as LeaseId } })
  equal(unsoldIn(taker.state), 0)
})

test('[L1] whatever is handed, taken, refused and sold, no unit is lost or made', () => {
  const step = fc.record({
    what: fc.constantFrom('hand', 'take', 'refuse', 'sell', 'sellThere', 'query'),
    which: fc.integer({ min: 1, max: 4 }),
    quantity: fc.integer({ min: 1, max: 4 }),
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const { giver, taker } = openPair(10)
      let orders = 0
      for (const { what, which, quantity } of steps) {
        const transferId = `t${which}`
        const isMade = giver.state.handed.has(transferId as TransferId)
        if (what === 'hand') hand(giver, transferId, quantity)
        const slip = isMade ? slipOf(giver, transferId) : null
        const leaseId = transferId as LeaseId
        if (what === 'take' && slip !== null) taker.run({ type: 'take_slip', ...slip })
        if (what === 'refuse' && slip !== null) taker.run({ type: 'refuse_slip', ...slip })
        if (what === 'query') taker.feed({ type: 'lease.queried', body: { leaseId } })
        if (what === 'sell') giver.place(`o${++orders}`)
        if (what === 'sellThere') taker.place(`o${++orders}`, THERE)
      }
      assertStock(giver.state)
      assertStock(taker.state)
      const [lease] = giver.state.leases.values()
      ok(lease !== undefined)
      const handed = [...giver.state.handed.values()].reduce(
        (sum, { handed: each }) => sum + each.quantity,
        0,
      )
      equal(lease.subleased, handed)
      equal(unsoldOf(lease) + lease.sold + lease.returned + handed, 10)
      for (const taken of taker.state.leases.values()) {
        const slip = giver.state.handed.get(taken.leaseId as string as TransferId)
        equal(taken.granted, slip?.handed.quantity)
      }
    }),
    { numRuns: 300 },
  )
})

test('[SL5] a slip verifies by the market’s key; what was changed proves nothing', () => {
  const { slip, market, check, handed } = signedSlip()
  const verified = verifySlip(slip, market, check)
  ok(verified.ok)
  deepEqual(verified.value.handed, handed)
  deepEqual([verified.value.giverNodeId, verified.value.giverEpoch], [EVENING.nodeId, 1])
  const changed = JSON.parse(slip.entry.replace('"quantity":2', '"quantity":3')) as unknown
  const otherRoot = { ...slip.checkpoint, root: '0'.repeat(64) }
  const bad: readonly (readonly [unknown, string])[] = [
    [null, 'receipt_malformed'],
    [{ ...slip, format: 'nightmarket-receipt/1' }, 'receipt_malformed'],
    [{ ...slip, entry: JSON.stringify(changed) }, 'inclusion_not_proven'],
    [{ ...slip, checkpoint: otherRoot }, 'checkpoint_not_signed_by_node'],
    [signedSlip('order.accepted').slip, 'certificate_not_signed_by_market'],
  ]
  for (const [value, code] of bad) {
    const refused = verifySlip(value, market, check)
    equal(refused.ok ? 'taken' : refused.error.code, code)
  }
  const other = signedSlip('order.accepted')
  const wrongType = verifySlip(other.slip, other.market, other.check)
  equal(wrongType.ok ? 'taken' : wrongType.error.code, 'entry_type_mismatch')
  const short = signedSlip('lease.handed', { quantity: 0 })
  const wrongField = verifySlip(short.slip, short.market, short.check)
  equal(wrongField.ok ? 'taken' : wrongField.error.code, 'slip_field_invalid')
})

function signedSlip(type = 'lease.handed', fields: Partial<LeaseHanded> = {}) {
  const market = generateKeyPairSync('ed25519')
  const node = generateKeyPairSync('ed25519')
  const handed: LeaseHanded = {
    transferId: 't1' as TransferId,
    leaseId: 'l1' as LeaseId,
    dropId: EVENING.dropId,
    itemId: EVENING.mugItem,
    quantity: 2,
    sellUntilMs: EVENING.endMs,
    toNodeId: TAKER,
    toEpoch: 1,
    operatorId: null,
    ...fields,
  }
  const signWith = (key: KeyObject) => (message: Uint8Array) =>
    sign(null, message, key).toString('base64')
  const who = { nodeId: EVENING.nodeId, epoch: 1, digest, sign: signWith(node.privateKey) }
  const journal = new TestJournal(who)
  const body = { ...handed }
  const { entries, checkpoint } = journal.write([{ type, body }])
  const payload = {
    nodeId: EVENING.nodeId,
    epoch: 1,
    kind: 'till',
    publicKey: rawOf(node.publicKey),
    issuedAtMs: 1,
  } as const
  const signature = signWith(market.privateKey)(certificatePayload(payload))
  const certificate: NodeCertificate = { ...payload, signature }
  const path = journal.tree.inclusionPath(0, checkpoint.size)
  const entry = entries[0]?.text ?? ''
  const slip: Slip = {
    format: 'nightmarket-slip/1',
    entry,
    leafIndex: 0,
    path,
    checkpoint,
    certificate,
  }
  const check = { digest, verify: verifySignature }
  return { slip, market: rawOf(market.publicKey), check, handed }
}

const verifySignature: VerifySignature = (publicKey, message, signature) => {
  const x = Buffer.from(publicKey, 'base64').toString('base64url')
  const key = { key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' } as const
  return verify(null, message, key, Buffer.from(signature, 'base64'))
}

function rawOf(key: KeyObject): string {
  return Buffer.from(key.export({ format: 'jwk' }).x ?? '', 'base64url').toString('base64')
}

test('[SL3] units taken with a clock that is behind end with the parent’s clock', () => {
  const { giver, taker } = openPair(5)
  hand(giver, 't1', 1)
  const { dropId, mugItem: itemId, endMs } = EVENING
  const parentTimeMs = taker.clock.atMs + 600_000
  const body = { leaseId: 'own' as LeaseId, dropId, itemId, quantity: 1, sellUntilMs: endMs }
  const atMs = parentTimeMs
  const position = taker.state.feedPosition + 1
  const items = [{ type: 'lease.granted', body, position, atMs }] as const
  taker.run({ type: 'apply_feed', items, parentTimeMs })
  taker.pass(120_000)
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't1') })), 'done')
  const lease = taker.state.leases.get('t1' as LeaseId)
  equal(lease?.ttlMs, (lease?.sellUntilMs ?? 0) - parentTimeMs - 120_000)
})

test('[SL3] a taker that was never lent anything goes by the time that it heard', () => {
  const { giver, taker } = openPair(5)
  hand(giver, 't1', 1)
  const { dropId, mugItem: itemId } = EVENING
  const parentTimeMs = taker.clock.atMs + 600_000
  const body = { dropId, itemId, isExhausted: false }
  const position = taker.state.feedPosition + 1
  const items = [{ type: 'pool.reported', body, position, atMs: parentTimeMs }] as const
  taker.run({ type: 'apply_feed', items, parentTimeMs })
  taker.pass(120_000)
  equal(codeOf(taker.run({ type: 'take_slip', ...slipOf(giver, 't1') })), 'done')
  const lease = taker.state.leases.get('t1' as LeaseId)
  equal(lease?.ttlMs, (lease?.sellUntilMs ?? 0) - parentTimeMs - 120_000)
})
