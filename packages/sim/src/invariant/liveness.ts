import {
  isPaymentOpen,
  ORDER_IS_OPEN,
  type OrderState,
  type PaymentState,
  type Slip,
} from '@nightmarket/kernel'

import type { RogueNode } from '../fault/rogue.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import type { BooksView } from './books-view.ts'
import { keepsUnits } from './live-units.ts'
import { nameOf, type JournalCopies } from './journal.ts'

/** [I23] At rest every surviving journal is wholly at the core and everything has its end. */
export function checkEnds(world: World, books: BooksView, copies: JournalCopies): void {
  const { chronicle, edges } = world
  chronicle.arm('I23', books.orders.length)
  for (const edge of edges) {
    if (edge.isLost || edge.identity === null) continue
    if (edge.stall === null)
      chronicle.violate('I23', `${edge.name} is down at rest: ${edge.broken}`)
    const copy = copies.get(nameOf(edge))?.length ?? 0
    if (copy !== edge.disk.entries.length) {
      const status = JSON.stringify(edge.uplink?.status())
      chronicle.violate(
        'I23',
        `the core has ${copy} of ${edge.disk.entries.length} entries of ${edge.name}: ${status}`,
      )
    }
    for (const [holdId, { end, hold }] of edge.stall?.state.holds ?? []) {
      if (end === null)
        chronicle.violate(
          'I23',
          `${holdId} at ${edge.name} has no end, paying ${hold.paying?.payment.payKey}`,
        )
    }
    for (const line of edge.stall?.state.lines.values() ?? []) {
      if (line.size > 0) chronicle.violate('I23', `${line.size} still wait at ${edge.name}`)
    }
  }
  for (const { order_id, state, reason, is_contested } of books.orders) {
    if (!ORDER_IS_OPEN[state as OrderState]) continue
    chronicle.violate(
      'I23',
      `${order_id} is ${state} at rest (${reason}, contested ${is_contested})`,
    )
  }
  for (const { pay_key, state } of books.payments) {
    if (!isPaymentOpen(state as PaymentState)) continue
    chronicle.violate('I23', `payment ${pay_key} is ${state} at rest`)
  }
  for (const { charge } of world.line.bank.charges.values()) {
    const isLeft = charge.state === 'authorized' && charge.origin?.nodeId !== 'nobody'
    if (isLeft)
      chronicle.violate('I23', `${charge.chargeId} for ${charge.payKey} is still authorized`)
  }
}

/** [I3] At rest, device and core agree about which orders keep their units. */
export function checkAgreement(world: World, books: BooksView): void {
  const rows = new Map(books.orders.map((order) => [order.order_id, order]))
  for (const edge of world.edges) {
    const state = edge.stall?.state
    if (state === undefined || edge.isLost || state.frozen === 'quarantined') continue
    for (const [orderId, record] of state.orders) {
      const row = rows.get(orderId)
      if (row === undefined || row.epoch !== edge.epoch || row.node_id !== edge.nodeId) continue
      if (row.is_contested === 1 || row.fulfilled_at_ms !== null) continue
      world.chronicle.arm('I3')
      const keeps = keepsUnits(row.state as OrderState)
      if (keepsUnits(record.state) === keeps && (row.holds_units === 1) === keeps) continue
      const text = `${record.state} at ${edge.name}, ${row.state} at the core (${row.reason})`
      world.chronicle.violate('I3', `${orderId} is ${text}, holds units ${row.holds_units}`)
    }
  }
}

/** [I24] A node full of poison was heard to its end, and each lie of it is shown to a person. */
export function checkPoison(
  world: World,
  books: BooksView,
  rogues: readonly RogueNode[],
): void {
  const shown = new Set(books.mismatches.map(({ subject }) => subject))
  for (const rogue of rogues) {
    world.chronicle.arm('I24')
    const { nodeId, epoch } = rogue.identity.certificate
    for (const sequence of rogue.lies) {
      if (sequence > rogue.acknowledged || shown.has(`${nodeId}/${epoch}/${sequence}`)) continue
      world.chronicle.violate('I24', `entry ${sequence} of ${nodeId} is a lie and is not shown`)
    }
    if (rogue.acknowledged === rogue.length) continue
    world.chronicle.violate(
      'I24',
      `${rogue.acknowledged} of ${rogue.length} entries of ${nodeId} were taken`,
    )
  }
}

/** Ids that others took first. */
const NOT_ITS_DOING: ReadonlySet<string> = new Set(['order_id_reused', 'pay_key_reused'])

/** Then it sells what was counted as lost, or as there, although it was there all the time. */
function hasLeaseWrittenOff(
  { leases }: BooksView,
  { nodeId, epoch }: Pick<SimEdge, 'nodeId' | 'epoch'>,
): boolean {
  return leases.some((lease) => {
    return lease.state === 'written_off' && lease.node_id === nodeId && lease.epoch === epoch
  })
}

/**
 * It took units by the slip of a device that no longer knew what it had given away before, or of
 * one whose lease was written off although it was there.
 */
function tookFromExposed({ oracle }: World, books: BooksView, { disk }: SimEdge): boolean {
  return disk.entries.some(({ text }) => {
    if (!text.includes('"type":"lease.taken"')) return false
    const { body } = JSON.parse(text) as { readonly body: { readonly slip: Slip } }
    const { nodeId, epoch } = body.slip.certificate
    const isExposed = oracle.exposureOf(`${nodeId}/${epoch}`) !== null
    return isExposed || hasLeaseWrittenOff(books, { nodeId, epoch })
  })
}

/** [I24] Nothing that an honest device wrote passes for poison. */
export function checkHonest(world: World, books: BooksView): void {
  const { chronicle, edges, oracle } = world
  const honest = new Set(
    edges
      .filter(({ name, identity }) => identity !== null && !name.includes('clone'))
      .filter((edge) => oracle.exposureOf(nameOf(edge)) === null)
      .filter((edge) => !hasLeaseWrittenOff(books, edge))
      .filter((edge) => !tookFromExposed(world, books, edge))
      .map(nameOf),
  )
  chronicle.arm('I24', honest.size)
  for (const { kind, subject, detail } of books.mismatches) {
    const isHonest = honest.has(subject.split('/').slice(0, 2).join('/'))
    const { reason } = JSON.parse(detail) as { readonly reason: string }
    if (kind !== 'poisoned_entry' || !isHonest || NOT_ITS_DOING.has(reason)) continue
    chronicle.violate('I24', `${subject} passes for poison: ${detail}`)
  }
}
