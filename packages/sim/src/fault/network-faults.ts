import type { PlannedFault } from '../run/plan.ts'
import type { LinkFaults } from '../world/link.ts'
import type { LineFaults } from '../world/processor-line.ts'
import { lasting, type Stage } from './stage.ts'

type Act = (stage: Stage, fault: PlannedFault) => void

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** What happens between devices and the core, and to the core itself. */
export const NETWORK_FAULTS = {
  link_cut: (stage, fault) => link(stage, fault, { isUpCut: true, isDownCut: true }),
  link_cut_up: (stage, fault) => link(stage, fault, { isUpCut: true }),
  link_cut_down: (stage, fault) => link(stage, fault, { isDownCut: true }),
  link_flapping(stage, fault) {
    const overlay = stage.linkOf(stage.edgeOf(fault))
    const everyMs = lasting(fault.dice[1], 300, 8_000)
    for (let turn = 0; turn < 12; turn++) {
      stage.during(2 * turn * everyMs, () => {
        if (stage.world.isCalm) return
        const mend = overlay.put({ isUpCut: true, isDownCut: true })
        stage.during(everyMs, mend)
      })
    }
  },
  link_lossy: (stage, fault) => link(stage, fault, { loss: 0.1 + fault.dice[1] * 0.5 }),
  link_duplicating: (stage, fault) => link(stage, fault, { duplicate: 0.5 }),
  link_reordering: (stage, fault) => link(stage, fault, { straggler: 0.3, duplicate: 0.1 }),
  link_slow: (stage, fault) => link(stage, fault, { delayMs: [500, 9_000] }),
  link_outage_long(stage, fault) {
    const edge = stage.edgeOf(fault)
    const mend = stage.linkOf(edge).put({ isUpCut: true, isDownCut: true })
    stage.during(lasting(fault.dice[0], 20 * MINUTE_MS, 2 * HOUR_MS), mend)
  },
  till_unplugged(stage, fault) {
    const tills = stage.world.edges.filter(({ name }) => /^till-\d+$/.test(name))
    const till = tills[fault.edge % Math.max(1, tills.length)]
    if (till === undefined) return
    const mend = stage.linkOf(till).put({ isUpCut: true, isDownCut: true })
    stage.during(lasting(fault.dice[0], 10 * MINUTE_MS, 3 * HOUR_MS), mend)
  },
  core_crash(stage, fault) {
    stage.world.core.crash()
    startAfter(stage, lasting(fault.dice[0], 500, 10 * MINUTE_MS))
  },
  core_crash_before_commit: (stage, fault) => doom(stage, fault, 'crash_before_commit'),
  core_crash_after_commit: (stage, fault) => doom(stage, fault, 'crash_after_commit'),
  core_disk_full: (stage, fault) => doom(stage, fault, 'disk_full'),
  core_pause(stage, fault) {
    const { process } = stage.world.core
    if (process === null) return
    process.pause()
    stage.during(lasting(fault.dice[0], 500, 5 * MINUTE_MS), () => process.resume())
  },
  processor_outage: (stage, fault) => line(stage, fault, { isOut: true }),
  processor_timeouts_with_effect: (stage, fault) => line(stage, fault, { timeoutWithEffect: 0.4 }),
  processor_timeouts_without_effect: (stage, fault) =>
    line(stage, fault, { timeoutWithoutEffect: 0.4 }),
  processor_late: (stage, fault) => line(stage, fault, { late: 0.6 }),
  processor_pending: (stage, fault) => line(stage, fault, { pending: 0.4 }),
  processor_rate_limits: (stage, fault) => line(stage, fault, { rateLimited: 0.5 }),
  processor_search_lags: (stage, fault) =>
    line(stage, fault, { searchLagMs: lasting(fault.dice[1], 1_000, 2 * MINUTE_MS) }),
  processor_list_lags: (stage, fault) =>
    line(stage, fault, { listLagMs: lasting(fault.dice[1], 10_000, 15 * MINUTE_MS) }),
  notices_lost: (stage, fault) => line(stage, fault, { noticeLost: 0.7 }),
  notices_duplicated: (stage, fault) => line(stage, fault, { noticeDuplicate: 0.8 }),
  notices_late: (stage, fault) => line(stage, fault, { noticeDelayMs: [5_000, 10 * MINUTE_MS] }),
} as const satisfies Record<string, Act>

function link(stage: Stage, fault: PlannedFault, layer: Partial<LinkFaults>): void {
  const mend = stage.linkOf(stage.edgeOf(fault)).put(layer)
  stage.during(lasting(fault.dice[0], 1_000, 20 * MINUTE_MS), mend)
}

function line(stage: Stage, fault: PlannedFault, layer: Partial<LineFaults>): void {
  stage.during(lasting(fault.dice[0], 5_000, 15 * MINUTE_MS), stage.line.put(layer))
}

function doom(
  stage: Stage,
  { dice }: PlannedFault,
  fate: 'crash_before_commit' | 'crash_after_commit' | 'disk_full',
): void {
  const { core } = stage.world
  core.fates.next = { fate, skip: Math.floor(dice[0] ** 2 * 40) }
  // It dies at some transaction from now on; somebody looks after it once a minute.
  for (const minute of [1, 2, 3]) startAfter(stage, minute * MINUTE_MS)
}

function startAfter(stage: Stage, delayMs: number): void {
  stage.world.time.after(delayMs, () => stage.world.core.start())
}
