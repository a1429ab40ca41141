import { EVENING } from '@nightmarket/kernel/testing'

import { createUplink, type Uplink } from '../child-uplink.ts'
import type { UplinkStatus } from '../child-status.ts'
import { createMemoryWire, type MemoryWire } from '../wire-memory.ts'
import { FakeTime } from './fake-time.ts'
import { KernelStall } from './kernel-stall.ts'
import { LedgerParent } from './ledger-parent.ts'

/** A child and its parent with a wire between them, on a clock that the test moves. */
export interface UplinkBench extends AsyncDisposable {
  readonly time: FakeTime
  readonly stall: KernelStall
  readonly parent: LedgerParent
  readonly wire: MemoryWire
  readonly uplink: Uplink
  readonly changes: UplinkStatus[]
}

/** Start a child that its parent has told of the evening and lent so many mugs. */
export async function openUplinkBench(units = 100): Promise<UplinkBench> {
  const time = new FakeTime(EVENING.startMs)
  const stall = new KernelStall(time.now)
  const parent = new LedgerParent(() => time.now().atMs)
  parent.openEvening(units)
  const wire = createMemoryWire(parent)
  const changes: UplinkStatus[] = []
  const uplink = createUplink({
    stall,
    wire,
    now: time.now,
    setTimer: time.setTimer,
    random: () => 0.5,
    onChange: (status) => changes.push(status),
    onDefect: (error) => {
      throw error
    },
  })
  await time.pass(100)
  return {
    time,
    stall,
    parent,
    wire,
    uplink,
    changes,
    [Symbol.asyncDispose]: () => uplink[Symbol.asyncDispose](),
  }
}
