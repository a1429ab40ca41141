import {
  verifySlip,
  type Slip,
  type SlipProof,
  type StallAnswer,
  type StallCommand,
  type TransferId,
} from '@nightmarket/kernel'
import { StallFault } from '@nightmarket/stall'
import { StorageFault } from '@nightmarket/storage'

import type { Prng } from '../prng.ts'
import { sha256 } from './digest.ts'
import { EVENING } from './evening.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

/** What becomes of a slip at whoever is shown it. */
type Shown = Extract<StallCommand, { readonly type: 'take_slip' | 'refuse_slip' }>

/** How often a taker that does not answer is shown a slip again. */
const SHOWN_MAX = 6

/**
 * Units on their way from one node to another, with a slip of paper and nobody's network: shown
 * late, shown twice, shown to the wrong node, refused, bent, or lost.
 */
export class Handover {
  readonly #world: World
  readonly #giver: SimEdge
  readonly #prng: Prng

  constructor(world: World, giver: SimEdge, prng: Prng) {
    this.#world = world
    this.#giver = giver
    this.#prng = prng
  }

  /** Hand some units to a node, or to whichever, and see what becomes of the slip. */
  async perform(name: string, wanted: SimEdge | null): Promise<void> {
    const others = this.#world.edges.filter((edge) => edge !== this.#giver && isThere(edge))
    if (others.length === 0) return
    const taker = wanted ?? this.#prng.pick(others)
    if (!isThere(taker) || !isThere(this.#giver)) return
    const transferId = name as TransferId
    const command = {
      type: 'hand_over',
      transferId,
      dropId: EVENING.dropId,
      ...this.#chooseUnits(),
      toNodeId: taker.nodeId,
      toEpoch: taker.epoch,
      operatorId: this.#prng.pick(this.#world.operators),
    } as const
    const answers = [await ask(this.#giver, command)]
    if (this.#prng.chance(0.2)) answers.push(await ask(this.#giver, command))
    if (answers.every((answer) => answer?.status !== 'done')) return
    const slip = (await this.#giver.stall?.slip(transferId)) ?? null
    if (slip === null) return this.#mark('slip not printed')
    this.#world.oracle.handed.set(transferId, { leaseId: leaseOf(slip), ...command })
    const { quantity, itemId } = command
    this.#say(`hands ${quantity} ${itemId} on to ${taker.name} by slip ${transferId}`)
    await this.#carry(slip, taker)
  }

  /** What it has, or now and then what it has not. */
  #chooseUnits() {
    const pools = [...(this.#giver.stall?.state.pools.values() ?? [])]
    const had = pools.filter(({ unsold }) => unsold > 0)
    const wanted = this.#prng.between(1, 3)
    if (had.length === 0 || this.#prng.chance(0.1)) {
      return { itemId: this.#prng.pick(EVENING.items), quantity: wanted }
    }
    const { itemId, unsold } = this.#prng.pick(had)
    return { itemId, quantity: Math.min(wanted, unsold) }
  }

  async #carry(slip: Slip, taker: SimEdge): Promise<void> {
    if (this.#prng.chance(0.1)) return this.#mark('fault slip lost')
    const longestMs = this.#prng.chance(0.1) ? 1_800_000 : 60_000
    await this.#world.time.sleep(this.#prng.between(1_000, longestMs))
    const proof = this.#check(slip)
    if (this.#prng.chance(0.15)) await this.#showToAnother(slip, proof, taker)
    if (this.#prng.chance(0.1)) this.#showBent(slip)
    const type = this.#prng.chance(0.1) ? 'refuse_slip' : 'take_slip'
    await this.#show(taker, { type, proof, slip, operatorId: null })
    if (!this.#prng.chance(0.25)) return
    this.#mark('fault slip shown twice')
    await this.#show(taker, { type: 'take_slip', proof, slip, operatorId: null })
  }

  /** Show it until the taker has an answer. */
  async #show(taker: SimEdge, command: Shown): Promise<void> {
    for (let attempt = 0; attempt < SHOWN_MAX; attempt++) {
      const answer = await ask(taker, command)
      if (answer !== null) {
        const reason = answer.status === 'rejected' ? answer.rejection.code : answer.status
        const { transferId } = command.proof.handed
        this.#world.chronicle.say(taker.name, `is shown slip ${transferId}: ${reason}`)
        return this.#mark(`${command.type} ${reason}`)
      }
      await this.#world.time.sleep(this.#prng.between(5_000, 60_000))
    }
    this.#mark('fault slip lost')
  }

  async #showToAnother(slip: Slip, proof: SlipProof, taker: SimEdge): Promise<void> {
    const wrong = this.#world.edges.find((edge) => edge !== taker && isThere(edge))
    if (wrong === undefined || wrong.nodeId === taker.nodeId) return
    this.#mark('fault slip shown to another node')
    const answer = await ask(wrong, { type: 'take_slip', proof, slip, operatorId: null })
    if (answer?.status !== 'done') return
    this.#world.chronicle.violate('I1', `${wrong.name} took a slip for ${taker.name}`)
  }

  /** One more unit than was handed over, or another market's signature: no proof. */
  #showBent(slip: Slip): void {
    this.#mark('fault slip bent')
    const entry = slip.entry.replace(/"quantity":(\d)/, '"quantity":1$1')
    const bent = [{ ...slip, entry }, { ...slip, path: [...slip.path, '0'.repeat(64)] }]
    for (const each of bent) {
      const { core, signatures, chronicle } = this.#world
      const check = { digest: sha256, verify: signatures.verify }
      const isTaken = verifySlip(each, core.key.publicKey, check).ok
      if (isTaken) chronicle.violate('I1', 'a bent slip passes for a good one')
    }
  }

  #check(slip: Slip): SlipProof {
    const { core, signatures } = this.#world
    const carried = JSON.parse(JSON.stringify(slip)) as Slip
    const check = { digest: sha256, verify: signatures.verify }
    const proof = verifySlip(carried, core.key.publicKey, check)
    if (!proof.ok) throw new Error(`a slip that was just made is no proof: ${proof.error.code}`)
    return proof.value
  }

  #say(text: string): void {
    this.#world.chronicle.say(this.#giver.name, text)
  }

  #mark(name: string): void {
    this.#world.chronicle.mark(name)
  }
}

function leaseOf(slip: Slip): string {
  return (JSON.parse(slip.entry) as { body: { leaseId: string } }).body.leaseId
}

function isThere(edge: SimEdge): boolean {
  return edge.identity !== null && !edge.isLost && !edge.name.includes('clone')
}

/** Ask a node, which may be off or have a disk that fails: then nobody hears anything. */
async function ask(edge: SimEdge, command: StallCommand): Promise<StallAnswer | null> {
  if (edge.stall === null || edge.process?.isPaused === true) return null
  try {
    return await edge.run(command)
  } catch (error) {
    if (error instanceof StorageFault || error instanceof StallFault) return null
    throw error
  }
}
