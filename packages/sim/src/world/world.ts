import type { OperatorId, Release, ReleaseId } from '@nightmarket/kernel'

import type { Prng } from '../prng.ts'
import type { Chronicle } from '../run/chronicle.ts'
import type { UniverseOptions } from '../run/options.ts'
import type { Oracle } from '../run/oracle.ts'
import type { VirtualTime } from '../time/virtual-time.ts'
import type { ProcessorLine } from './processor-line.ts'
import type { SimCore } from './sim-core.ts'
import type { SimEdge } from './sim-edge.ts'
import type { SimSignatures } from './signatures.ts'

/** A universe's parts, as its inhabitants meet them. */
export interface World {
  readonly options: UniverseOptions
  readonly time: VirtualTime
  readonly startMs: number
  readonly prng: Prng
  readonly chronicle: Chronicle
  readonly oracle: Oracle
  readonly signatures: SimSignatures
  readonly core: SimCore
  readonly line: ProcessorLine
  /** Every device that sells: edges first, then tills, then the bodies of clones. */
  readonly edges: SimEdge[]
  /** Whoever may work at a till: a steward first. */
  readonly operators: OperatorId[]
  /** Vouchers that were given out, by their hashes: whoever pays with one found it in a letter. */
  readonly vouchers: string[]
  /** Every release that was ever applied. */
  readonly releases: Map<ReleaseId, Release>
  /** Nothing goes wrong any more, and nobody does foolish things. */
  isCalm: boolean
}
