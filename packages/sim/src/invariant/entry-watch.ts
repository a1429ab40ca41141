import {
  openEntry,
  type Allocation,
  type HoldTaken,
  type Intent,
  type LeaseId,
  type OrderAccepted,
  type SealedEntry,
  type StallEvent,
} from '@nightmarket/kernel'

import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import { unitsOfLines } from './live-units.ts'

/** How long a device may take from hearing that it is out of use to selling nothing more. */
const TOLD_MS = 50

/** What a journal's entries so far say that the next ones must fit. */
interface Seen {
  readonly leaseEnds: Map<LeaseId, number>
  readonly tokens: Map<string, string>
  readonly payingHolds: Set<string>
  readonly releases: { number: number; releaseId: string }[]
}

/**
 * Looks at every entry at the moment it becomes durable: what one entry can break shows here.
 *
 * [I6] no sale after its lease's end in true time, [I18] deferred sums, [I19] a token spent once,
 * [I21] release numbers, [I22] prices.
 */
export class EntryWatch {
  readonly #world: World
  readonly #edge: SimEdge
  #journal = ''
  #seen: Seen = nothingSeen()
  #last = 0
  #isNews = true

  constructor(world: World, edge: SimEdge) {
    this.#world = world
    this.#edge = edge
    edge.disk.onLanded = (entries) => this.see(entries)
  }

  see(entries: readonly SealedEntry[]): void {
    const journal = `${this.#edge.nodeId}/${this.#edge.epoch}`
    const first = entries[0]?.sequence ?? 0
    if (journal !== this.#journal || first !== this.#last + 1) {
      this.#journal = journal
      this.#seen = nothingSeen()
      // A disk that was put back to an earlier day: what it still says was looked at before.
      const { disk } = this.#edge
      for (const sealed of disk.entries.slice(0, first - 1)) this.#seeEntry(sealed, false)
    }
    this.#last = entries.at(-1)?.sequence ?? this.#last
    for (const sealed of entries) this.#seeEntry(sealed, true)
  }

  #seeEntry(sealed: SealedEntry, isNews: boolean): void {
    this.#isNews = isNews
    const opened = openEntry(sealed.text)
    if (!opened.ok) return
    const { type, body, monotonicMs } = opened.value
    const event = { type, body } as unknown as StallEvent
    const trueMs = this.#edge.clock.trueMsOf(monotonicMs)
    this.#world.chronicle.mark(`entry ${type}`)
    if (type === 'clock.doubted' || type === 'clock.confirmed') this.#edge.clock.noticed()
    if (event.type === 'lease.received' || event.type === 'lease.taken') {
      this.#seen.leaseEnds.set(event.body.leaseId, event.body.sellUntilMs)
    } else if (event.type === 'release.applied') {
      this.#seeRelease(event.body.number, event.body.releaseId)
    } else if (event.type === 'hold.taken') this.#seeHold(event.body, trueMs)
    else if (event.type === 'order.accepted') this.#seeOrder(event.body, trueMs)
    else if (event.type === 'ticket.joined') {
      this.#seeToken(event.body, event.body.ticketId)
      this.#seePrice(event.body, event.body.ticketId)
    }
  }

  #seeHold(hold: HoldTaken, trueMs: number): void {
    if (hold.paying !== null) this.#seen.payingHolds.add(hold.holdId)
    this.#seeEnd(hold.allocations, trueMs, hold.holdId)
    this.#seeStopped(trueMs, hold.holdId)
    this.#seeUnits(hold.lines, hold.allocations, hold.holdId)
    this.#seeToken(hold, hold.ticketId ?? hold.paying?.orderId ?? hold.holdId)
    this.#seePrice(hold, hold.holdId)
  }

  #seeOrder(order: OrderAccepted, trueMs: number): void {
    const wasPaying = order.holdId !== null && this.#seen.payingHolds.has(order.holdId)
    if (!wasPaying) this.#seeEnd(order.allocations, trueMs, order.orderId)
    if (order.holdId === null) this.#seeStopped(trueMs, order.orderId)
    this.#seeUnits(order.lines, order.allocations, order.orderId)
    this.#seeToken(order, order.orderId, 'order')
    this.#seePrice(order, order.orderId)
    if (order.state === 'deferred') this.#seeDeferred(order)
  }

  /** [I1] What was set aside is just what the lines are, over all of them and of every bundle. */
  #seeUnits(lines: Intent['lines'], allocations: readonly Allocation[], what: string): void {
    this.#world.chronicle.arm('I1')
    const left = new Map(unitsOfLines(lines))
    for (const { itemId, quantity } of allocations) {
      left.set(itemId, (left.get(itemId) ?? 0) - quantity)
    }
    for (const [itemId, units] of left) {
      if (units !== 0) this.#violate('I1', `${what} is short of ${units} ${itemId}`)
    }
  }

  /** [I11] Whoever was told to stop sells nothing more, also when that could not be written. */
  #seeStopped(trueMs: number, what: string): void {
    const { toldToStopAtMs } = this.#edge
    if (toldToStopAtMs === null) return
    this.#world.chronicle.arm('I11')
    const lateMs = trueMs - toldToStopAtMs
    if (lateMs <= TOLD_MS) return
    this.#violate('I11', `${what} was sold ${lateMs} ms after the word to stop`)
  }

  /** [I6] */
  #seeEnd(allocations: readonly Allocation[], trueMs: number, what: string): void {
    this.#world.chronicle.arm('I6')
    for (const { leaseId } of allocations) {
      const endMs = this.#seen.leaseEnds.get(leaseId)
      if (endMs === undefined || trueMs < endMs) continue
      // A copy has another clock, and nobody could tell that this one was set back.
      if (this.#edge.clock.isBlind || this.#edge.name.includes('clone')) {
        this.#world.chronicle.mark('exposure by a clock that was set back')
        continue
      }
      const lateS = Math.round((trueMs - endMs) / 1_000)
      this.#violate('I6', `${what} sold from ${leaseId} ${lateS} s after its end`)
    }
  }

  /** [I19] A token is the price of one thing: what waited may become a hold, and that an order. */
  #seeToken(intent: Intent, what: string, kind: 'order' | 'step' = 'step'): void {
    const { tokens } = this.#seen
    this.#world.chronicle.arm('I19')
    const spent = tokens.get(intent.tokenId)
    if (kind === 'order') {
      if (spent?.startsWith('order ') === true && spent !== `order ${what}`) {
        this.#violate('I19', `${intent.tokenId} bought ${spent} and order ${what}`)
      }
      tokens.set(intent.tokenId, `order ${what}`)
      return
    }
    if (spent?.startsWith('order ') === true) {
      const orderId = spent.slice('order '.length)
      this.#violate('I19', `${intent.tokenId} bought ${orderId} and then took ${what}`)
    }
    tokens.set(intent.tokenId, what)
  }

  /** [I22] Each price is one that the pinned release, or its pinned offer, has. */
  #seePrice(intent: Intent, what: string): void {
    const { chronicle, releases } = this.#world
    chronicle.arm('I22')
    const release = releases.get(intent.pin.releaseId)
    const drop = release?.drops.find(({ dropId }) => dropId === intent.dropId)
    const offer = release?.offers.find(({ offerId }) => offerId === intent.pin.offerId)
    let totalMinor = 0
    for (const { variantId, quantity, unitPriceMinor } of intent.lines) {
      const listed = drop?.listings.find((listing) => listing.variantId === variantId)?.priceMinor
      const isOffered = offer?.variantIds.includes(variantId) === true
      const price =
        listed !== undefined && isOffered ? Math.ceil((listed * 90) / 100 - 0.5) : listed
      totalMinor += quantity * unitPriceMinor
      if (price === unitPriceMinor) continue
      this.#violate('I22', `${what}: ${variantId} for ${unitPriceMinor}, its release says ${price}`)
    }
    if (totalMinor !== intent.totalMinor) {
      this.#violate('I22', `${what}: lines of ${totalMinor} for ${intent.totalMinor}`)
    }
  }

  /** [I18] Counted from the orders themselves, not from the account that the stall keeps. */
  #seeDeferred(order: OrderAccepted): void {
    const { chronicle, releases } = this.#world
    const limits = releases.get(order.pin.releaseId)?.terms.deferred
    const state = this.#edge.stall?.state
    if (limits === undefined || state === undefined) return
    chronicle.arm('I18')
    let [orders, sumMinor, ofBuyer] = [0, 0, 0]
    for (const record of state.orders.values()) {
      const isOpen = record.state === 'deferred' || record.state === 'unknown'
      if (!isOpen || record.order.state !== 'deferred') continue
      orders += 1
      sumMinor += record.order.totalMinor
      if (record.order.buyerId === order.buyerId) ofBuyer += 1
    }
    const isWithin =
      order.totalMinor <= limits.orderMinorMax &&
      orders <= limits.ordersMax &&
      sumMinor <= limits.sumMinorMax &&
      ofBuyer <= limits.buyerOrdersMax
    if (!isWithin) {
      this.#violate(
        'I18',
        `${order.orderId}: ${orders} orders of ${sumMinor}, ${ofBuyer} of one buyer`,
      )
    }
  }

  /** [I21] */
  #seeRelease(number: number, releaseId: string): void {
    const { chronicle } = this.#world
    const before = this.#seen.releases.at(-1)
    chronicle.arm('I21', before === undefined ? 0 : 1)
    const isRisen = before === undefined || number > before.number
    const isSame = number === before?.number && releaseId === before.releaseId
    if (!isRisen && !isSame) this.#violate('I21', `release ${number} after ${before?.number}`)
    this.#seen.releases.push({ number, releaseId })
  }

  #violate(id: string, text: string): void {
    if (!this.#isNews) return
    this.#world.chronicle.violate(id, `${this.#edge.name} as ${this.#journal}: ${text}`)
  }
}

function nothingSeen(): Seen {
  return { leaseEnds: new Map(), tokens: new Map(), payingHolds: new Set(), releases: [] }
}
