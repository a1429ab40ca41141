import { generateKeyPairSync, hash, sign, verify } from 'node:crypto'

import {
  checkpointNote,
  checkpointOrigin,
  createStallState,
  notSelling,
  runCommand,
  utf8ToBytes,
  type BuyerId,
  type Demand,
  type Digest,
  type JournalHead,
  type Json,
  type Moment,
  type NotSelling,
  type OrderId,
  type PayKey,
  type SealedEntry,
  type StallAnswer,
  type StallCommand,
  type TokenId,
} from '@nightmarket/kernel'
import { EVENING, TestJournal } from '@nightmarket/kernel/testing'

import type { UplinkStall } from '../child-uplink.ts'

/** SHA-256, as the server has it. */
export const digest: Digest = (bytes) => hash('sha256', bytes, 'buffer')

const keys = generateKeyPairSync('ed25519')

/** Signs as the node of the evening. */
export function signAsNode(message: Uint8Array): string {
  return sign(null, message, keys.privateKey).toString('base64')
}

/** Whether the node of the evening signed it; there is one key, whatever its name. */
export function verifyNode(_publicKey: string, message: Uint8Array, signature: string): boolean {
  return verify(null, message, keys.publicKey, Buffer.from(signature, 'base64'))
}

/** The kernel's decisions over a journal in memory: what the uplink needs of a stall. */
export class KernelStall implements UplinkStall {
  readonly state = createStallState(EVENING.nodeId, 1)
  readonly #now: () => Moment
  readonly #listeners = new Set<(head: JournalHead) => void>()
  #journal = new TestJournal({ ...this.state, digest, sign: signAsNode })

  constructor(now: () => Moment) {
    this.#now = now
  }

  get head(): JournalHead {
    return this.#journal.head
  }

  get entries(): readonly SealedEntry[] {
    return this.#journal.entries
  }

  notSelling(): NotSelling | null {
    return notSelling(this.state, this.#now())
  }

  async read(after: number, limit: number): Promise<readonly SealedEntry[]> {
    return this.#journal.entries.slice(after, after + limit)
  }

  checkpointAt(size: number) {
    const { nodeId, epoch } = this.state
    const note = {
      origin: checkpointOrigin(nodeId, epoch),
      size,
      root: this.#journal.tree.root(size),
    }
    return { ...note, signature: signAsNode(utf8ToBytes(checkpointNote(note))) }
  }

  async run(command: StallCommand): Promise<StallAnswer> {
    const { events, answer } = runCommand(this.state, command, this.#now())
    await Promise.resolve()
    if (events.length > 0) {
      this.#journal.write(events.map(({ type, body }) => ({ type, body: body as unknown as Json })))
      for (const listener of this.#listeners) listener(this.head)
    }
    return answer
  }

  takeDemand(): readonly Demand[] {
    return Array.from(this.state.pools.values(), (pool) => {
      const { dropId, itemId, unsold, held, waiting, soldSinceReport: sold } = pool
      pool.soldSinceReport = 0
      return { dropId, itemId, unsold, held, waiting, sold }
    })
  }

  onDurable(listener: (head: JournalHead) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Put an old copy of the journal in place of this one, as a restored backup does. */
  restore(size: number): void {
    const facts = this.#journal.entries.slice(0, size).map(({ text }) => {
      const { type, body } = JSON.parse(text) as { type: string; body: Json }
      return { type, body }
    })
    this.#journal = new TestJournal({ ...this.state, digest, sign: signAsNode })
    this.#journal.write(facts)
  }

  /** Sell one mug. */
  buy(orderId: string): Promise<StallAnswer> {
    const { nodeId, releaseId, dropId, mug, endMs } = EVENING
    const payment = { payKey: `pay-${orderId}` as PayKey, method: 'card', reference: 'pm' } as const
    return this.run({
      type: 'place_order',
      orderId: orderId as OrderId,
      payment,
      wish: {
        token: {
          tokenId: `token-${orderId}` as TokenId,
          audience: `${nodeId}/1`,
          buyerId: `buyer-${orderId}` as BuyerId,
          releaseId,
          releaseNumber: 1,
          dropId,
          offerId: null,
          offerHash: null,
          prices: [{ variantId: mug, unitPriceMinor: 1_250 }],
          unitsMax: 10,
          expiresAtMs: endMs,
        },
        lines: [{ variantId: mug, quantity: 1 }],
        requestHash: `request ${orderId}`,
      },
    })
  }
}
