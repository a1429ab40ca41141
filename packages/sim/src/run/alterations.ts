import type { Core } from '@nightmarket/core'

import type { EdgeAlteration } from '../world/sim-edge.ts'

/** Where a mutant is put in: each part as production has it, or changed in one place. */
export interface Alterations {
  readonly core: (core: Core) => Core
  readonly edge: EdgeAlteration
}

/** Production as it is. */
export const UNALTERED: Alterations = {
  core: (core) => core,
  edge: { host: (host) => host, wire: (wire) => wire, stall: (stall) => stall },
}
