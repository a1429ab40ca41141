import type { Checkpoint, OrderAccepted, OrderId } from '@nightmarket/kernel'

/** What a device has promised a buyer, as the buyer heard it. */
export interface Promised {
  readonly orderId: OrderId
  readonly edge: string
  /** `<nodeId>/<epoch>`. */
  readonly journal: string
  readonly sequence: number
  readonly order: OrderAccepted
  readonly atMs: number
}

/** A journal that did not go on as it was: its promises after this are exposure, counted apart. */
export interface Exposure {
  readonly journal: string
  /** The last entry that is common to all copies, or that survived. */
  readonly afterSequence: number
  readonly reason: 'cloned' | 'restored' | 'lost' | 'corrupt'
}

/** Units that left a lease for another node. */
export interface Handed {
  readonly leaseId: string
  readonly quantity: number
}

/**
 * What somebody who saw everything knows: it takes no part, and production code never asks it.
 */
export class Oracle {
  readonly promises = new Map<OrderId, Promised>()
  readonly exposures: Exposure[] = []
  /** Units that a slip was printed for, by transfer. */
  readonly handed = new Map<string, Handed>()
  /** Every root that left a device, by `<origin>/<size>`. */
  readonly roots = new Map<string, string>()
  /** Where there was a second root of a size. */
  readonly contradictions = new Set<string>()
  /** The furthest place that the core has acknowledged, as a device heard it, by journal. */
  readonly acknowledged = new Map<string, { readonly sequence: number; readonly hash: string }>()
  /** Devices whose journal a fault has made useless: only they may need a new epoch. */
  readonly excused = new Set<string>()
  /** Devices whose disk says what was never written: what they send is rightly invalid. */
  readonly damaged = new Set<string>()
  /** Since when a charge has had money that nothing explains, by charge. */
  readonly unexplainedSinceMs = new Map<string, number>()
  /** How long, in all, the core or the processor was not itself. Milliseconds. */
  troubleMs = 0

  promise(promised: Promised): void {
    if (!this.promises.has(promised.orderId)) this.promises.set(promised.orderId, promised)
  }

  expose(exposure: Exposure): void {
    this.exposures.push(exposure)
  }

  exposureOf(journal: string): Exposure | null {
    const found = this.exposures.filter((each) => each.journal === journal)
    if (found.length === 0) return null
    return found.reduce((first, each) => (each.afterSequence < first.afterSequence ? each : first))
  }

  isExposed(promised: Promised): boolean {
    const exposure = this.exposureOf(promised.journal)
    return exposure !== null && promised.sequence > exposure.afterSequence
  }

  acknowledge(journal: string, sequence: number, hash: string): void {
    const known = this.acknowledged.get(journal)
    if (known === undefined || known.sequence <= sequence) {
      this.acknowledged.set(journal, { sequence, hash })
    }
  }

  publish(checkpoint: Checkpoint): void {
    const place = `${checkpoint.origin}/${checkpoint.size}`
    const known = this.roots.get(place)
    if (known === undefined) this.roots.set(place, checkpoint.root)
    else if (known !== checkpoint.root) this.contradictions.add(place)
  }
}
