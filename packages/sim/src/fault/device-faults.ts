import type { PlannedFault } from '../run/plan.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import { lasting, type Stage } from './stage.ts'

type Act = (stage: Stage, fault: PlannedFault) => void | Promise<void>

const MINUTE_MS = 60_000

/** What happens to devices: their power, their disks, their clocks, their copies. */
export const DEVICE_FAULTS = {
  edge_crash(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.crash()
    bootAfter(stage, edge, lasting(fault.dice[0], 500, 5 * MINUTE_MS))
  },
  edge_crash_in_recovery(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.crash()
    edge.disk.readMs = 40
    void edge.boot()
    stage.during(lasting(fault.dice[0], 1, 100), () => {
      edge.crash()
      edge.disk.readMs = 0
      bootAfter(stage, edge, 1_000)
    })
  },
  edge_pause(stage, fault) {
    const { process } = stage.edgeOf(fault)
    if (process === null) return
    process.pause()
    stage.during(lasting(fault.dice[0], 1_000, 120 * MINUTE_MS), () => process.resume())
  },
  edge_lost(stage, fault) {
    const edge = stage.edgeOf(fault)
    if (stage.world.edges.filter(({ isLost }) => !isLost).length < 2) return edge.crash()
    edge.crash()
    edge.isLost = true
  },
  edge_cloned(stage, fault) {
    const edge = stage.edgeOf(fault)
    if (edge.identity === null || edge.disk.entries.length === 0 || edge.isLost) return
    const clone = stage.add.addClone(`${edge.name}-clone-${fault.number}`)
    clone.impersonate(edge)
    stage.world.oracle.excused.add(edge.name)
    stage.world.oracle.expose({
      journal: `${edge.nodeId}/${edge.epoch}`,
      afterSequence: edge.disk.head.sequence,
      reason: 'cloned',
    })
    void clone.boot()
  },
  backup_restored(stage, fault) {
    const edge = stage.edgeOf(fault)
    const backup = stage.backups.get(edge)
    const journal = edge.identity === null ? '' : `${edge.nodeId}/${edge.epoch}`
    if (backup?.journal !== journal || edge.isLost) return
    edge.crash()
    edge.disk.restore(backup.image)
    const afterSequence = edge.disk.head.sequence
    stage.world.oracle.excused.add(edge.name)
    stage.world.oracle.expose({ journal, afterSequence, reason: 'restored' })
    void edge.boot()
  },
  disk_full(stage, fault) {
    const { disk } = stage.edgeOf(fault)
    disk.isFull = true
    stage.during(lasting(fault.dice[0], 2_000, 10 * MINUTE_MS), () => (disk.isFull = false))
  },
  disk_write_fails(stage, fault) {
    failWrites(stage.edgeOf(fault), fault, false)
  },
  disk_write_fails_but_lands(stage, fault) {
    failWrites(stage.edgeOf(fault), fault, true)
  },
  disk_unreadable(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.disk.isUnreadable = true
    edge.disk.faults.push({ code: 'failed', skip: 0, count: 1, isWritten: false })
    stage.during(
      lasting(fault.dice[0], 1_000, 3 * MINUTE_MS),
      () => (edge.disk.isUnreadable = false),
    )
  },
  disk_bit_flips(stage, fault) {
    const edge = stage.edgeOf(fault)
    const sequence = edge.disk.flipBit()
    if (sequence === null) return
    stage.world.oracle.excused.add(edge.name)
    stage.world.oracle.damaged.add(edge.name)
    stage.say(`a bit turns over in entry ${sequence} of ${edge.name}`)
    if (fault.dice[1] < 0.5) return
    edge.crash()
    bootAfter(stage, edge, 2_000)
  },
  disk_tail_torn(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.crash()
    stage.world.oracle.excused.add(edge.name)
    stage.world.oracle.damaged.add(edge.name)
    edge.disk.tearTail(Math.floor(fault.dice[1] * 4))
    bootAfter(stage, edge, 2_000)
  },
  disk_slow(stage, fault) {
    const { disk } = stage.edgeOf(fault)
    disk.writeMs = [200, 3_000]
    stage.during(lasting(fault.dice[0], 5_000, 5 * MINUTE_MS), () => (disk.writeMs = [1, 6]))
  },
  clock_steps_back(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.clock.step(-lasting(fault.dice[0], 200, 10 * MINUTE_MS))
    ntpAfter(stage, edge, fault)
  },
  clock_steps_forward(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.clock.step(lasting(fault.dice[0], 200, 10 * MINUTE_MS))
    ntpAfter(stage, edge, fault)
  },
  clock_boots_in_1970(stage, fault) {
    const edge = stage.edgeOf(fault)
    edge.crash()
    edge.clock.setSkew(-stage.world.time.nowMs)
    void edge.boot()
    ntpAfter(stage, edge, fault)
  },
} as const satisfies Record<string, Act>

/** Let a device come up again; one whose disk cannot be read now is tried again. */
export function bootAfter(stage: Stage, edge: SimEdge, delayMs: number): void {
  stage.world.time.after(delayMs, () => void edge.boot())
}

function failWrites(edge: SimEdge, { dice }: PlannedFault, isWritten: boolean): void {
  const skip = Math.floor(dice[0] ** 2 * 40)
  const count = dice[1] < 0.6 ? 1 : 2
  edge.disk.faults.push({ code: 'failed', skip, count, isWritten })
}

/** Sooner or later a time server sets the clock right, more or less. */
function ntpAfter(stage: Stage, edge: SimEdge, { dice }: PlannedFault): void {
  stage.during(lasting(dice[1], 5_000, 30 * MINUTE_MS), () => {
    edge.clock.setSkew(Math.floor(dice[0] * 800) - 400)
  })
}
