export { openStall, RECOVERY_MS_MAX, RECOVERY_MS_MIN } from './open-stall.ts'
export { replayJournal, type Replayed } from './replay.ts'
export { StallFault } from './stall-fault.ts'
export type { Stall, StallHost, StallIdentity } from './stall.ts'
