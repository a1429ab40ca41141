import type { Core } from '@nightmarket/core'

import type { FaultKind, PlannedFault } from '../run/plan.ts'
import { enrolDevice } from '../world/enrolment.ts'
import { DEVICE_FAULTS } from './device-faults.ts'
import { NETWORK_FAULTS } from './network-faults.ts'
import { OPERATOR_FAULTS } from './operator-faults.ts'
import { RogueNode } from './rogue.ts'
import { SLIP_FAULTS } from './slip-faults.ts'
import type { Stage } from './stage.ts'

type Act = (stage: Stage, fault: PlannedFault, core: Core) => void | Promise<void>

/** What each kind of fault does. Total. */
const ACTS: Readonly<Record<FaultKind, Act>> = {
  ...DEVICE_FAULTS,
  ...NETWORK_FAULTS,
  ...OPERATOR_FAULTS,
  ...SLIP_FAULTS,
  poisoned_entries: poison,
}

/** What only a core that runs can be asked. */
const NEEDS_CORE: ReadonlySet<FaultKind> = new Set([
  ...(Object.keys(OPERATOR_FAULTS) as FaultKind[]),
  'poisoned_entries',
  'handed_and_written_off',
  'slip_at_close',
])

/** Let one planned fault happen now. */
export function inject(stage: Stage, fault: PlannedFault): void {
  const { world } = stage
  const { core } = world.core
  if (world.isCalm || (core === null && NEEDS_CORE.has(fault.kind))) return
  stage.say(`${fault.kind} (${fault.number}), edge ${fault.edge + 1}`)
  world.chronicle.mark(`injected ${fault.kind}`)
  stage.attempt(fault.kind, async () => ACTS[fault.kind](stage, fault, core ?? world.core.observer))
}

async function poison(stage: Stage, fault: PlannedFault): Promise<void> {
  const { world } = stage
  const identity = await enrolDevice(world, `rogue-${fault.number}`, { kind: 'edge' })
  if (identity === null) return
  const rogue = new RogueNode(world, identity, world.prng.fork(`rogue ${fault.number}`))
  stage.rogues.push(rogue)
  for (let turn = 1; turn <= 5; turn++) {
    world.time.after(turn * 20_000, () => stage.attempt('a rogue', () => rogue.misbehave()))
  }
}
