import { BooksFault } from '@nightmarket/core'

import type { PlannedFault } from '../run/plan.ts'
import { LINK_QUIET, type LinkFaults } from '../world/link.ts'
import { LINE_QUIET, type LineFaults } from '../world/processor-line.ts'
import type { DiskImage } from '../world/disk.ts'
import type { SimEdge } from '../world/sim-edge.ts'
import type { World } from '../world/world.ts'
import { Overlay } from './overlay.ts'
import type { RogueNode } from './rogue.ts'

/** Devices that come while the evening runs. They have no identity yet. */
export interface Additions {
  /** Another body for a cloned device, and a few buyers who come to it. */
  readonly addClone: (name: string) => SimEdge
  /** A till that nobody works at, with its wall clock off by so much. */
  readonly addSpare: (name: string, skewMs: number) => SimEdge
}

/** What faults work with: the world, and what lies over it now. */
export class Stage {
  readonly world: World
  readonly line: Overlay<LineFaults>
  readonly add: Additions
  readonly backups = new Map<SimEdge, { readonly image: DiskImage; readonly journal: string }>()
  readonly rogues: RogueNode[] = []
  /** Lost devices whose units were written off. */
  readonly buried = new Set<SimEdge>()
  /** Stalls that could not write when somebody last looked. */
  readonly stuck = new Set<SimEdge>()
  readonly #links = new Map<SimEdge, Overlay<LinkFaults>>()

  constructor(world: World, add: Additions) {
    this.world = world
    this.add = add
    this.line = new Overlay({ ...LINE_QUIET }, (faults) => (world.line.faults = faults))
  }

  linkOf(edge: SimEdge): Overlay<LinkFaults> {
    const found = this.#links.get(edge)
    if (found !== undefined) return found
    const overlay = new Overlay({ ...LINK_QUIET }, (faults) => (edge.link.faults = faults))
    this.#links.set(edge, overlay)
    return overlay
  }

  edgeOf({ edge }: PlannedFault): SimEdge {
    const { edges } = this.world
    const found = edges[edge % edges.length]
    if (found === undefined) throw new Error('a universe has edges')
    return found
  }

  /** Do it, and undo it after a while, unless the world is calm by then. */
  during(durationMs: number, undo: () => void): void {
    this.world.time.after(durationMs, undo)
  }

  /** A person tries something at the core, which may be too full or too dead to hear it. */
  attempt(what: string, work: () => Promise<unknown>): void {
    work().catch((error: unknown) => {
      if (error instanceof BooksFault) return
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      this.world.chronicle.violate('defect', `${what} met ${text}`)
    })
  }

  say(text: string): void {
    this.world.chronicle.say('fault', text)
  }

  /** Take every layer off. */
  clear(): void {
    this.line.clear()
    for (const overlay of this.#links.values()) overlay.clear()
  }
}

/** A duration between two, by a die. Short ones are more frequent. */
export function lasting(die: number, lowMs: number, highMs: number): number {
  return Math.floor(lowMs + die * die * (highMs - lowMs))
}
