import {
  activateRelease,
  closeNode,
  fulfilOrder,
  giveVoucher,
  refundOrder,
  releaseOrder,
  revokeNode,
  rollbackRelease,
  voidOrder,
  type Core,
} from '@nightmarket/core'
import type { OrderId, PayKey } from '@nightmarket/kernel'

import { viewBooks } from '../invariant/books-view.ts'
import { applyPriced } from '../run/build-world.ts'
import type { PlannedFault } from '../run/plan.ts'
import { exposeTail, recoverDevice, writeOffEpoch, writeOffLease } from '../world/operator.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { Stage } from './stage.ts'

type Act = (stage: Stage, fault: PlannedFault, core: Core) => Promise<void>

const MINUTE_MS = 60_000

/** What people at the core do, at bad moments and more than once. Nothing while it is down. */
export const OPERATOR_FAULTS = {
  async price_changed(stage, { dice }, core) {
    const id = await applyPriced(stage.world, 80 + Math.floor(dice[0] * 40))
    await activateRelease(core, id)
  },
  async rolled_back(_stage, _fault, core) {
    await rollbackRelease(core)
  },
  async two_operators_activate(stage, { dice }, core) {
    const one = await applyPriced(stage.world, 80 + Math.floor(dice[0] * 40))
    const other = await applyPriced(stage.world, 80 + Math.floor(dice[1] * 40))
    await Promise.all([
      activateRelease(core, one),
      activateRelease(core, other),
      rollbackRelease(core),
    ])
  },
  async refunded_twice(stage, { dice }, core) {
    const orderId = await anOrder(stage, dice[0], ['captured', 'fulfilled', 'refund_due'])
    if (orderId === null) return
    const wish = { reason: 'asked for' }
    await Promise.all([refundOrder(core, orderId, wish), refundOrder(core, orderId, wish)])
  },
  async refunded_in_parts(stage, { dice }, core) {
    const orderId = await anOrder(stage, dice[0], ['captured', 'fulfilled', 'refund_due'])
    if (orderId === null) return
    const wish = { reason: 'in parts', amountMinor: 333 }
    for (let part = 0; part < 4; part++) await refundOrder(core, orderId, wish)
    if (dice[1] < 0.5) await refundOrder(core, orderId, { reason: 'the rest' })
  },
  async order_voided(stage, { dice }, core) {
    const states = ['deferred', 'unknown', 'authorized']
    const orderId = await anOrder(stage, dice[0], states)
    if (orderId !== null) await voidOrder(core, orderId, 'a mistake')
  },
  async order_fulfilled(stage, { dice }, core) {
    const orderId = await anOrder(stage, dice[0], ['captured'])
    if (orderId !== null) await fulfilOrder(core, orderId)
  },
  async rescue_released(stage, { dice }, core) {
    const orderId = await anOrder(stage, dice[0], ['rescue'])
    if (orderId === null) return
    await Promise.all([releaseOrder(core, orderId), releaseOrder(core, orderId)])
  },
  async voucher_given(stage, { dice }, core) {
    for (let turn = 0; turn < 4; turn++) {
      const die = (dice[0] + turn * 0.618) % 1
      const orderId = await anOrder(stage, die, ['captured', 'fulfilled', 'rescue', 'released'])
      if (orderId === null) return
      await giveVoucher(core, orderId, 1_000 + Math.floor(dice[1] * 6_000))
    }
  },
  async charge_disputed(stage, { dice }) {
    dispute(stage, dice[0])
  },
  async charge_disputed_during_refund(stage, { dice }, core) {
    const orderId = await anOrder(stage, dice[0], ['captured', 'fulfilled'])
    if (orderId === null) return
    const { payments } = await viewBooks(stage.world.core.books)
    const chargeId = payments.find((payment) => payment.order_id === orderId)?.charge_id ?? null
    await refundOrder(core, orderId, { reason: 'before the dispute', amountMinor: 100 })
    if (chargeId === null) return
    const afterMs = Math.floor(dice[1] * 800)
    stage.during(afterMs, () => void stage.world.line.bank.dispute(chargeId))
  },
  async charge_captured_late(stage, { dice }) {
    for (let turn = 0; turn < 4; turn++) {
      const die = (dice[0] + turn * 0.618) % 1
      const act = () => captureLate(stage, die, turn % 2 === 0)
      stage.during(turn * Math.floor(dice[1] * 4 * MINUTE_MS), () => {
        stage.attempt('a late capture', act)
      })
    }
  },
  async charge_foreign(stage, { number }) {
    unexplained(stage, `foreign-${number}`, null)
  },
  async charge_unexplained(stage, { number }) {
    const [edge] = stage.world.edges
    if (edge === undefined || edge.identity === null) return
    unexplained(stage, `unexplained-${number}`, edge.nodeId)
  },
  async node_revoked(stage, fault, core) {
    const edge = stage.edgeOf(fault)
    if (edge.identity === null || stage.world.edges.length < 2) return
    const { nodeId, epoch } = edge
    stage.world.oracle.excused.add(edge.name)
    if (fault.dice[1] < 0.3) hearWithFullDisk(stage, edge)
    await revokeNode(core, nodeId, 'stolen')
    await exposeTail(stage.world, nodeId, epoch)
    stage.during(Math.floor(fault.dice[0] * 10 * MINUTE_MS), () => {
      const { core: later } = stage.world.core
      if (later === null) return
      stage.attempt('a write-off', () => writeOffEpoch(stage.world, later, nodeId, epoch))
    })
    stage.during(12 * MINUTE_MS, () => {
      stage.attempt('an enrolment', () => recoverDevice(stage.world, edge))
    })
  },
  async node_closed(stage, fault, core) {
    const edge = stage.edgeOf(fault)
    if (edge.identity === null || stage.world.edges.length < 2) return
    await closeNode(core, edge.nodeId)
  },
  async node_enrolled_again(stage, fault) {
    const edge = stage.edgeOf(fault)
    stage.world.oracle.excused.add(edge.name)
    await recoverDevice(stage.world, edge)
  },
  async written_off_alive(stage, fault, core) {
    const edge = stage.edgeOf(fault)
    if (edge.identity === null) return
    const { leases } = await viewBooks(stage.world.core.books)
    const its = leases.filter(
      ({ node_id, epoch }) => node_id === edge.nodeId && epoch === edge.epoch,
    )
    const lease = its[Math.floor(fault.dice[0] * its.length)]
    if (lease === undefined) return
    await writeOffLease(stage.world, core, lease, Math.floor(fault.dice[1] * 3))
  },
} as const satisfies Record<string, Act>

/** It is told to stop while it can write nothing down, and then is told nothing any more. */
function hearWithFullDisk(stage: Stage, edge: SimEdge): void {
  edge.disk.isFull = true
  stage.during(40_000, () => {
    const mend = stage.linkOf(edge).put({ isUpCut: true, isDownCut: true })
    edge.disk.isFull = false
    stage.during(11 * MINUTE_MS, mend)
  })
}

async function anOrder(
  { world }: Stage,
  die: number,
  states: readonly string[],
): Promise<OrderId | null> {
  const { orders } = await viewBooks(world.core.books)
  const fitting = orders.filter(({ state }) => states.includes(state))
  return (fitting[Math.floor(die * fitting.length)]?.order_id ?? null) as OrderId | null
}

function dispute({ world }: Stage, die: number): void {
  const captured = [...world.line.bank.charges.values()].filter(
    ({ charge }) => charge.state === 'captured',
  )
  const chosen = captured[Math.floor(die * captured.length)]
  if (chosen !== undefined) world.line.bank.dispute(chosen.charge.chargeId)
}

/** Money for a charge that was declined or void; of an order that is paid, if there is one. */
async function captureLate({ world }: Stage, die: number, isForPaid: boolean): Promise<void> {
  if (world.isCalm) return
  const { payments } = await viewBooks(world.core.books)
  const paid = new Set(
    payments.filter((payment) => payment.state === 'captured').map(({ order_id }) => order_id),
  )
  const over = [...world.line.bank.charges.values()]
    .map(({ charge }) => charge)
    .filter(({ state }) => state === 'declined' || state === 'voided')
  const fitting = over.filter(({ origin }) => paid.has(origin?.orderId ?? ''))
  const chosen = isForPaid && fitting.length > 0 ? fitting : over
  const charge = chosen[Math.floor(die * chosen.length)]
  if (charge !== undefined) world.line.bank.captureLate(charge.chargeId)
}

/** A charge whose order no journal will ever explain; without a node, somebody else's. */
function unexplained({ world }: Stage, name: string, nodeId: string | null): void {
  world.line.bank.authorize(
    {
      payKey: `pay-${name}` as PayKey,
      reference: 'pm_fine',
      amountMinor: 777,
      currency: 'EUR',
      capture: true,
      origin: { orderId: name as OrderId, nodeId: nodeId ?? 'nobody', epoch: 1, sequence: 999_999 },
    },
    false,
  )
}
