import {
  assert,
  leaseOfTransfer,
  priceSale,
  verifyReceipt,
  verifySlip,
  type BuyerId,
  type NodeCertificate,
  type OperatorId,
  type OrderId,
  type PayKey,
  type RequestId,
  type Slip,
  type TokenId,
  type TransferId,
} from '@nightmarket/kernel'
import { checkPin, newId, readClocks, sha256, verifySignature } from '@nightmarket/stall/browser'
import { openBrowserDevice } from '@nightmarket/storage/browser'

import { enrol, parseEnrolment } from '../../../apps/till/src/enrolment.ts'
import { startTill, type Till } from '../../../apps/till/src/till.ts'

/** A till without a screen: the app's own, in a tab that a test drives on its parent's address. */
let running: Till | null = null

/** Open the till of this browser; enrols with the code when it has no enrolment yet. */
export async function open(code: string | null) {
  const device = await openBrowserDevice('till')
  const known = parseEnrolment(device.enrolment, device.publicKey)
  assert(known !== null || code !== null, 'a new device has a code')
  const enrolment = known ?? (await enrol(device, code ?? '', 'bar'))
  const onDefect = (error: unknown) => console.error(error)
  running = await startTill(device, enrolment, onDefect, () => undefined)
  const { nodeId, epoch } = enrolment.certificate
  return { nodeId, epoch, condition: device.condition, ...look() }
}

/** What the till's screen would show. */
export function look() {
  const { stall, uplink } = till()
  const { state } = stall
  const units = [...state.pools.values()].reduce((sum, pool) => sum + pool.unsold, 0)
  const { isConnected, unsynced } = uplink.status()
  return {
    units,
    orders: [...state.orders].map(([orderId, { state: stage }]) => `${orderId} ${stage}`),
    drawerMinor: state.drawer.expectedMinor,
    verdicts: [...state.requests.values()].map(({ verdict }) => verdict?.verdict ?? 'queued'),
    isSelling: stall.notSelling() === null,
    isConnected,
    unsynced,
  }
}

/** Sell one unit of what is listed first, and check the receipt; how long the tap took. */
export async function sell(orderId: string, operatorId: string) {
  const { stall, enrolment } = till()
  const drop = stall.state.active?.index.release.drops[0]
  const variantId = drop?.listings[0]?.variantId
  assert(drop !== undefined && variantId !== undefined, 'something is listed')
  const lines = [{ variantId, quantity: 1 }]
  const tappedMs = performance.now()
  const sale = { tokenId: newId() as TokenId, buyerId: newId() as BuyerId, dropId: drop.dropId }
  const token = priceSale(stall.state, { ...sale, lines }, readClocks(), sha256)
  if (!token.ok) return { answer: token.error.code, tapMs: 0 }
  const answer = await stall.run({
    type: 'place_order',
    orderId: orderId as OrderId,
    wish: {
      token: token.value,
      lines,
      requestHash: '0'.repeat(64),
      operatorId: operatorId as OperatorId,
    },
    payment: { payKey: newId() as PayKey, method: 'cash', reference: null, tenderedMinor: 5_000 },
    isNowOrNever: true,
  })
  const tapMs = performance.now() - tappedMs
  if (answer.status === 'rejected') return { answer: answer.rejection.code, tapMs }
  const receipt = await stall.receipt(orderId as OrderId)
  const check = { digest: sha256, verify: verifySignature }
  const verified = verifyReceipt(receipt, enrolment.marketPublicKey, check)
  return { answer: answer.status, tapMs, isProven: verified.ok, receipt }
}

/** Sell until the tab dies, naming each sale once it was accepted. */
export async function sellForever(say: (orderId: string) => Promise<void>): Promise<void> {
  for (;;) {
    const orderId = newId()
    const { answer } = await sell(orderId, 'op')
    if (answer !== 'accepted') return
    await say(orderId)
  }
}

/** A steward hands the cash of an order back. */
export async function payOut(orderId: string, operatorId: string): Promise<string> {
  const answer = await till().stall.run({
    type: 'make_request',
    request: {
      requestId: newId() as RequestId,
      orderId: orderId as OrderId,
      kind: 'refund',
      amountMinor: null,
      isPaidOut: true,
      operatorId: operatorId as OperatorId,
      why: 'broken handle',
    },
  })
  return answer.status === 'rejected' ? answer.rejection.code : answer.status
}

/** Fetch the list of operators and check a PIN by it. */
export async function signIn(name: string, pin: string) {
  const list = await till().operators()
  const operator = list?.operators.find((each) => each.name === name)
  assert(operator !== undefined, `${name} works at tills`)
  const { operatorId, role } = operator
  return { operatorId, role, isRight: await checkPin(pin, operator.pin) }
}

/** Hand units to another till; the slip as its QR would carry it. */
export async function handOver(transferId: string, toNodeId: string, toEpoch: number) {
  const { stall } = till()
  const [lease] = stall.state.leases.values()
  assert(lease !== undefined, 'there is a lease')
  const { dropId, itemId } = lease
  const what = { transferId: transferId as TransferId, dropId, itemId, quantity: 1 }
  const to = { toNodeId: toNodeId as NodeCertificate['nodeId'], toEpoch, operatorId: null }
  const answer = await stall.run({ type: 'hand_over', ...what, ...to })
  assert(answer.status === 'done', `handed over: ${JSON.stringify(answer)}`)
  return stall.slip(transferId as TransferId)
}

/** Take a slip, after checking it without a network. */
export async function take(slip: Slip): Promise<number> {
  const { stall, enrolment } = till()
  const check = { digest: sha256, verify: verifySignature }
  const proof = verifySlip(slip, enrolment.marketPublicKey, check)
  assert(proof.ok, 'the slip verifies')
  const answer = await stall.run({ type: 'take_slip', proof: proof.value, slip, operatorId: null })
  assert(answer.status === 'done', `taken: ${JSON.stringify(answer)}`)
  return stall.state.leases.get(leaseOfTransfer(proof.value.handed.transferId))?.granted ?? 0
}

/** Say the last word of this epoch, and bring it up. */
export async function closeForGood(): Promise<void> {
  await till().stall.run({ type: 'freeze', reason: 'closed' })
  await till().uplink.flush()
}

/** Close in order, as a page that is left does. */
export async function close(): Promise<void> {
  const { uplink, stall } = till()
  await uplink[Symbol.asyncDispose]()
  await stall[Symbol.asyncDispose]()
  running = null
}

function till(): Till {
  assert(running !== null, 'the till is open')
  return running
}
