import { assert, type OrderId, type PayKey, type RefundId } from '@nightmarket/kernel'
import { assertEqual, type ContractCase } from '@nightmarket/kernel/testing'

import {
  NoticeRefused,
  ProcessorFault,
  type AuthorizeRequest,
  type Charge,
  type Processor,
} from '../processor.ts'

/** A processor, and the levers of the world behind it that a contract needs. */
export interface ProcessorSubject {
  readonly processor: Processor
  /** The same processor, impatient: its deadline is short. */
  readonly hasty: Processor
  readonly references: { readonly accepted: string; readonly declined: string }
  /** A text that was never given before. */
  freshId(): string
  nowMs(): number
  /** Let time pass until charges made from now on have a later creation time. */
  passSecond(): Promise<void>
  openDispute(chargeId: string): Promise<void>
  /** The next request to charge is carried out and never answered; `acted` tells when. */
  loseNextAnswer(): Promise<{ readonly acted: Promise<void> }>
  /** Sign a notice's body as the processor would at that time. */
  signNotice(body: string, atMs: number): Promise<string>
}

/** How many charges the list case makes: more than a page holds. */
const LIST_LENGTH = 120

/** Every `Processor` passes these cases. A new rule starts in the interface comment. */
export const processorContract: readonly ContractCase<ProcessorSubject>[] = [
  {
    rule: 'PR1',
    name: 'the same key with the same request is one charge, as it is now',
    async run(subject) {
      const { processor } = subject
      const request = requestOf(subject)
      const first = await processor.authorize(request)
      await processor.capture(first.chargeId, request.payKey)
      const again = await processor.authorize(request)
      assertEqual([again.chargeId, again.state], [first.chargeId, 'captured'])
    },
  },
  {
    rule: 'PR2',
    name: 'a decline is a charge, the same one when asked again',
    async run(subject) {
      const { processor, references } = subject
      const request = requestOf(subject, { reference: references.declined })
      const charge = await processor.authorize(request)
      assertEqual([charge.state, charge.capturedMinor], ['declined', 0])
      assert(charge.declineCode !== null, 'a decline says why')
      assertEqual(await processor.authorize(request), charge)
      assertEqual(await processor.read(charge.chargeId), charge)
    },
  },
  {
    rule: 'PR3',
    name: 'a charge whose answer was lost is found by its key, and no other is',
    async run(subject) {
      const { processor } = subject
      const sinceMs = subject.nowMs()
      const request = requestOf(subject, { capture: true })
      await loseAnswer(subject, request)
      const found = await processor.lookup(request.payKey, sinceMs)
      assertEqual([found?.payKey, found?.state], [request.payKey, 'captured'])
      assertEqual(await processor.lookup(subject.freshId() as PayKey, sinceMs), null)
    },
  },
  {
    rule: 'PR4',
    name: 'the same refund id is one refund, and for another amount a conflict',
    async run(subject) {
      const { processor } = subject
      const { chargeId } = await captured(subject)
      const refund = { refundId: subject.freshId() as RefundId, chargeId, amountMinor: 300 }
      const first = await processor.refund(refund)
      assertEqual(await processor.refund(refund), first)
      assertEqual((await processor.read(chargeId)).refundedMinor, 300)
      await assertConflict('key_reused', processor.refund({ ...refund, amountMinor: 301 }))
    },
  },
  {
    rule: 'PR5',
    name: 'a notice is taken when signed now, refused when tampered with or old',
    async run(subject) {
      const { processor } = subject
      const nowMs = subject.nowMs()
      const body = noticeBody('pi_1')
      const signature = await subject.signNotice(body, nowMs)
      assertEqual(processor.parseNotice(body, signature).chargeId, 'pi_1')
      const tampered = noticeBody('pi_2')
      assertRefused('signature', () => processor.parseNotice(tampered, signature))
      const old = await subject.signNotice(body, nowMs - 3_600_000)
      assertRefused('age', () => processor.parseNotice(body, old))
      assertRefused('signature', () => processor.parseNotice(body, ''))
    },
  },
  {
    rule: 'PR6',
    name: 'the same key with another request is a conflict, and nothing is done',
    async run(subject) {
      const { processor } = subject
      const request = requestOf(subject)
      const { chargeId, amountMinor } = await processor.authorize(request)
      const other = { ...request, amountMinor: amountMinor + 1 }
      await assertConflict('key_reused', processor.authorize(other))
      assertEqual((await processor.read(chargeId)).amountMinor, amountMinor)
    },
  },
  {
    rule: 'PR7',
    name: 'capture twice is one capture, and a voided charge is not captured',
    async run(subject) {
      const { processor } = subject
      const request = requestOf(subject)
      const { chargeId } = await processor.authorize(request)
      const first = await processor.capture(chargeId, request.payKey)
      assertEqual([first.state, first.capturedMinor], ['captured', request.amountMinor])
      assertEqual(await processor.capture(chargeId, request.payKey), first)
      assertEqual(await processor.capture(chargeId, subject.freshId() as PayKey), first)
      const voided = await authorized(subject)
      await processor.void(voided.chargeId, voided.payKey)
      const late = processor.capture(voided.chargeId, voided.payKey)
      await assertConflict('charge_voided', late)
    },
  },
  {
    rule: 'PR21',
    name: 'a part of what was authorised is captured once, and can be refunded in full',
    async run(subject) {
      const { processor } = subject
      const { chargeId, payKey } = await authorized(subject)
      const first = await processor.capture(chargeId, payKey, 350)
      assertEqual([first.state, first.amountMinor, first.capturedMinor], ['captured', 1_250, 350])
      assertEqual(first.refundedMinor, 0)
      assertEqual(await processor.capture(chargeId, payKey, 350), first)
      const refund = (amountMinor: number) =>
        processor.refund({ refundId: subject.freshId() as RefundId, chargeId, amountMinor })
      await assertConflict('refund_exceeds_captured', refund(351))
      await refund(350)
      assertEqual((await processor.read(chargeId)).refundedMinor, 350)
      const other = await authorized(subject)
      const more = await faultFrom(processor.capture(other.chargeId, other.payKey, 1_251))
      assertEqual((await processor.read(other.chargeId)).capturedMinor, 0)
      assertEqual(more.reason, null)
    },
  },
  {
    rule: 'PR8',
    name: 'void twice is one void, and a captured charge is not voided',
    async run(subject) {
      const { processor } = subject
      const { chargeId, payKey } = await authorized(subject)
      const first = await processor.void(chargeId, payKey)
      assertEqual([first.state, first.capturedMinor, first.refundedMinor], ['voided', 0, 0])
      assertEqual(await processor.void(chargeId, payKey), first)
      assertEqual(await processor.void(chargeId, subject.freshId() as PayKey), first)
      const kept = await captured(subject)
      await assertConflict('charge_captured', processor.void(kept.chargeId, kept.payKey))
    },
  },
  {
    rule: 'PR9',
    name: 'refunds never exceed what was captured, and what is not captured is not refunded',
    async run(subject) {
      const { processor } = subject
      const { chargeId, amountMinor } = await captured(subject)
      const refund = (minor: number) =>
        processor.refund({ refundId: subject.freshId() as RefundId, chargeId, amountMinor: minor })
      await refund(amountMinor - 100)
      await assertConflict('refund_exceeds_captured', refund(101))
      await refund(100)
      await assertConflict('charge_refunded', refund(1))
      assertEqual((await processor.read(chargeId)).refundedMinor, amountMinor)
      const pending = await authorized(subject)
      const refundId = subject.freshId() as RefundId
      const early = { refundId, chargeId: pending.chargeId, amountMinor: 1 }
      await assertConflict('charge_authorized', processor.refund(early))
    },
  },
  {
    rule: 'PR10',
    name: 'nothing is refunded after a dispute began, and an earlier refund is still known',
    async run(subject) {
      const { processor } = subject
      const { chargeId } = await captured(subject)
      const earlier = { refundId: subject.freshId() as RefundId, chargeId, amountMinor: 100 }
      const refund = await processor.refund(earlier)
      await subject.openDispute(chargeId)
      assert((await processor.read(chargeId)).disputedMinor > 0, 'the dispute shows')
      const late = { ...earlier, refundId: subject.freshId() as RefundId }
      await assertConflict('charge_disputed', processor.refund(late))
      assertEqual(await processor.refund(earlier), refund)
    },
  },
  {
    rule: 'PR11',
    name: 'list yields each charge of the window once, oldest first, over several pages',
    async run(subject) {
      const { processor } = subject
      await subject.passSecond()
      const sinceMs = subject.nowMs()
      const requests = Array.from({ length: LIST_LENGTH }, () => requestOf(subject))
      await Promise.all(requests.map((request) => processor.authorize(request)))
      const charges: Charge[] = []
      for await (const charge of processor.list(sinceMs)) charges.push(charge)
      const keys = new Set(charges.map(({ payKey }) => payKey))
      assertEqual([charges.length, keys.size], [LIST_LENGTH, LIST_LENGTH])
      assert(requests.every(({ payKey }) => keys.has(payKey)), 'every charge is listed')
      const times = charges.map(({ createdAtMs }) => createdAtMs)
      assertEqual(times, times.toSorted((left, right) => left - right))
    },
  },
  {
    rule: 'PR12',
    name: 'a call without an answer ends at its deadline, and its key still means one charge',
    async run(subject) {
      const { processor } = subject
      await subject.passSecond()
      const sinceMs = subject.nowMs()
      const request = requestOf(subject)
      await loseAnswer(subject, request)
      const again = await processor.authorize(request)
      const charges: Charge[] = []
      for await (const charge of processor.list(sinceMs)) charges.push(charge)
      assertEqual(charges.map(({ chargeId }) => chargeId), [again.chargeId])
    },
  },
  {
    rule: 'PR13',
    name: 'a charge carries its origin, its amount and its currency',
    async run(subject) {
      const request = requestOf(subject)
      const { chargeId } = await subject.processor.authorize(request)
      const charge = await subject.processor.read(chargeId)
      assertEqual(charge.origin, request.origin)
      assertEqual([charge.payKey, charge.amountMinor], [request.payKey, request.amountMinor])
      assertEqual([charge.currency, charge.state], [request.currency, 'authorized'])
    },
  },
]

/** A request that a processor takes, with a key and an order of its own. */
export function requestOf(
  subject: Pick<ProcessorSubject, 'freshId' | 'references'>,
  change: Partial<AuthorizeRequest> = {},
): AuthorizeRequest {
  return {
    payKey: subject.freshId() as PayKey,
    reference: subject.references.accepted,
    amountMinor: 1_250,
    currency: 'EUR',
    capture: false,
    origin: { orderId: subject.freshId() as OrderId, nodeId: 'edge-1', epoch: 2, sequence: 41 },
    ...change,
  }
}

async function authorized(subject: ProcessorSubject): Promise<Charge & { payKey: PayKey }> {
  const request = requestOf(subject)
  return { ...(await subject.processor.authorize(request)), payKey: request.payKey }
}

async function captured(subject: ProcessorSubject): Promise<Charge & { payKey: PayKey }> {
  const request = requestOf(subject, { capture: true })
  const charge = await subject.processor.authorize(request)
  assertEqual([charge.state, charge.capturedMinor], ['captured', request.amountMinor])
  return { ...charge, payKey: request.payKey }
}

/** Send a request that acts and is never answered, and state that the caller was told so. */
async function loseAnswer(subject: ProcessorSubject, request: AuthorizeRequest): Promise<void> {
  const { acted } = await subject.loseNextAnswer()
  const [fault] = await Promise.all([faultFrom(subject.hasty.authorize(request)), acted])
  assertEqual([fault.code, fault.reason], ['timeout', null])
}

async function assertConflict(reason: string, call: Promise<unknown>): Promise<void> {
  const fault = await faultFrom(call)
  assertEqual([fault.code, fault.reason], ['conflict', reason])
}

/** The fault that a call ends with. */
export async function faultFrom(call: Promise<unknown>): Promise<ProcessorFault> {
  try {
    await call
  } catch (error) {
    if (error instanceof ProcessorFault) return error
    throw error
  }
  throw new Error('the call was expected to fail')
}

function assertRefused(reason: NoticeRefused['reason'], parse: () => unknown): void {
  try {
    parse()
  } catch (error) {
    assert(error instanceof NoticeRefused, 'a refused notice says so')
    assertEqual(error.reason, reason)
    return
  }
  throw new Error('the notice was expected to be refused')
}

function noticeBody(chargeId: string): string {
  const object = { id: chargeId, object: 'payment_intent' }
  const type = 'payment_intent.succeeded'
  return JSON.stringify({ id: 'evt_1', object: 'event', type, data: { object } })
}
