import type { Core } from '@nightmarket/core'

import { viewBooks } from '../invariant/books-view.ts'
import type { PlannedFault } from '../run/plan.ts'
import { Buyer } from '../world/buyer.ts'
import { enrolDevice } from '../world/enrolment.ts'
import { Handover } from '../world/handover.ts'
import { writeOffLease } from '../world/operator.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { Stage } from './stage.ts'

type Act = (stage: Stage, fault: PlannedFault, core: Core) => Promise<void>

const MINUTE_MS = 60_000
/** Within this a stall has looked at its clock more than once. */
const LOOK_MS = 30_000

/** Slips at moments that are as bad as can be. */
export const SLIP_FAULTS = {
  /** Units that were handed on are written off with their giver, before anybody heard of them. */
  async handed_and_written_off(stage, { number, dice, ...fault }, core) {
    const { world } = stage
    const giver = stage.edgeOf({ number, dice, ...fault })
    if (giver.identity === null || !hasUnits(giver)) return
    const { nodeId, epoch } = giver
    const mend = stage.linkOf(giver).put({ isUpCut: true, isDownCut: true })
    stage.during(Math.floor((1 + dice[0] * 8) * MINUTE_MS), mend)
    const handover = new Handover(world, giver, world.prng.fork(`handover ${number}`))
    stage.attempt('a handover', () => handover.perform(`w-${number}`, null))
    await world.time.sleep(900)
    const { leases } = await viewBooks(world.core.books)
    for (const lease of leases) {
      if (lease.node_id === nodeId && lease.epoch === epoch) await writeOffLease(world, core, lease)
    }
  },
  /**
   * A spare till with a slow clock is handed units, is cut off, and is first used when the drop
   * ends: by its own clock there is time left. The clock is slow from the beginning, or is set back
   * before the till is started anew.
   */
  async slip_at_close(stage, { number, dice }) {
    const { world } = stage
    const { closesAfterMinutes, safetyMinutes } = world.options
    const closesMs = world.startMs + closesAfterMinutes * MINUTE_MS
    if (world.time.nowMs > closesMs || closesAfterMinutes >= safetyMinutes) return
    const name = `till-spare-${number}`
    const identity = await enrolDevice(world, name, { kind: 'till' })
    if (identity === null) return
    const slowMs = Math.floor((1 + dice[0] * 8) * MINUTE_MS)
    const isSetBack = dice[1] < 0.5
    const spare = stage.add.addSpare(name, isSetBack ? 0 : -slowMs)
    spare.enrol(identity)
    await spare.boot()
    await world.time.sleep(20_000)
    if (world.isCalm) return
    const mend = stage.linkOf(spare).put({ isUpCut: true, isDownCut: true })
    stage.during(closesMs + slowMs - world.time.nowMs, mend)
    for (const [place, giver] of world.edges.filter((edge) => hasUnits(edge)).entries()) {
      if (giver === spare || place > 4) continue
      const handover = new Handover(world, giver, world.prng.fork(`spare ${number} ${place}`))
      stage.attempt('a handover', () => handover.perform(`l-${number}-${place}`, spare))
    }
    if (isSetBack) stage.during(20_000, () => forgetTime(stage, spare, slowMs))
    for (let place = 1; place <= 6; place++) {
      const delayMs = closesMs - world.time.nowMs + Math.floor((slowMs * place) / 7)
      const buyer = new Buyer(world, spare, `late-${number}-${place}`)
      stage.during(delayMs, () => stage.attempt('a late buyer', () => buyer.visits()))
    }
  },
} as const satisfies Record<string, Act>

/** The clock goes back, and once the till must have seen it, its process is started anew. */
function forgetTime(stage: Stage, till: SimEdge, byMs: number): void {
  till.clock.step(-byMs)
  stage.during(LOOK_MS, () => {
    const { process, disk, clock } = till
    const couldWrite = !disk.isFull && !disk.isUnreadable && disk.faults.length === 0
    if (process?.isPaused === false && couldWrite) clock.noticed()
    till.crash()
    void till.boot()
  })
}

function hasUnits(edge: SimEdge): boolean {
  const pools = edge.stall?.state.pools.values() ?? []
  return [...pools].some(({ unsold }) => unsold > 0)
}
