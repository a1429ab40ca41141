import type { BuyerId, StallAnswer, StallCommand } from '@nightmarket/kernel'
import { StallFault } from '@nightmarket/stall'
import { StorageFault } from '@nightmarket/storage'

import type { Prng } from '../prng.ts'
import type { SimEdge } from './sim-edge.ts'
import type { World } from './world.ts'

/** How long a page waits for an answer before it sends the same again. */
const ANSWER_MS = 8_000

/** What became of a tap, as the page sees it. */
export type Heard = StallAnswer | 'nothing'

/**
 * The hand of a buyer or a seller on one device: sends a command, sends the same again when nothing
 * is heard, now and then twice at once, and keeps what was said.
 */
export class Hand {
  readonly #id: BuyerId
  readonly #world: World
  readonly #edge: SimEdge
  readonly #prng: Prng

  constructor(world: World, edge: SimEdge, id: BuyerId, prng: Prng) {
    this.#world = world
    this.#edge = edge
    this.#id = id
    this.#prng = prng
  }

  /** Send it, and send it again until there is an answer or patience ends; sometimes twice. */
  async tap(command: StallCommand): Promise<Heard> {
    const { options, isCalm } = this.#world
    for (let attempt = 0; attempt < options.patience; attempt++) {
      const isDouble = this.#prng.chance(0.1)
      const answers = [this.ask(command)]
      if (isDouble) {
        this.#world.chronicle.mark('buyer double tap')
        answers.push(this.ask(command))
      }
      const [answer = 'nothing', second] = await Promise.all(answers)
      if (second !== undefined) this.#compare(command, answer, second)
      const isHeard = isCalm || !this.#prng.chance(this.#lossy())
      if (answer !== 'nothing' && isHeard) return answer
      this.#world.chronicle.mark('buyer retries under the same id')
      await this.#sleep(1_000, 15_000)
    }
    return 'nothing'
  }

  #lossy(): number {
    return { quiet: 0, uneasy: 0.03, stormy: 0.1, savage: 0.25 }[this.#world.options.mood]
  }

  /** One request. An edge that is down, or dies over it, says nothing. */
  ask(command: StallCommand): Promise<Heard> {
    const edge = this.#edge
    const { time } = this.#world
    return new Promise((resolve) => {
      const cancel = time.after(ANSWER_MS, () => resolve('nothing'))
      const finish = (heard: Heard) => {
        cancel()
        resolve(heard)
      }
      if (edge.stall === null) return
      const journal = this.#journal
      edge.run(command).then(
        (answer) => {
          this.#note(answer, journal)
          finish(answer)
        },
        (error: unknown) => {
          const isFault = error instanceof StorageFault || error instanceof StallFault
          if (!isFault) this.#violate('defect', `${command.type}: ${String(error)}`)
          this.#world.chronicle.mark('buyer refused by the disk')
          finish('nothing')
        },
      )
    })
  }

  get #journal(): string {
    const { nodeId, epoch } = this.#edge
    return `${nodeId}/${epoch}`
  }

  /** What was said was promised, whether or not it was heard. */
  #note(answer: StallAnswer, journal: string): void {
    const { oracle, time, chronicle } = this.#world
    chronicle.say(this.#edge.name, `tells ${this.#id} ${describe(answer)}`)
    if (answer.status !== 'accepted') return
    const { order, sequence } = answer
    if (sequence === null) return
    oracle.promise({
      orderId: order.orderId,
      edge: this.#edge.name,
      journal,
      sequence,
      order,
      atMs: time.nowMs,
    })
  }

  #compare(command: StallCommand, first: Heard, second: Heard): void {
    if (first === 'nothing' || second === 'nothing') return
    const refusal = second.status === 'rejected' ? second.rejection.code : null
    if (first.status === 'accepted' && refusal !== null && refusal !== 'not_selling') {
      this.#violate('O1', `${command.type} twice: accepted, then ${refusal}`)
    }
    if (first.status !== 'accepted' || second.status !== 'accepted') return
    this.#world.chronicle.arm('O1')
    const isSame =
      first.sequence === second.sequence && first.order.orderId === second.order.orderId
    if (!isSame) this.#violate('O1', `${command.type} twice gave two orders`)
  }

  #sleep(lowMs: number, highMs: number): Promise<void> {
    return this.#world.time.sleep(this.#prng.between(lowMs, highMs))
  }

  #violate(id: string, text: string): void {
    this.#world.chronicle.violate(id, `${this.#id} at ${this.#edge.name}: ${text}`)
  }
}

function describe(answer: StallAnswer): string {
  switch (answer.status) {
    case 'accepted':
      return `${answer.order.orderId} is ${answer.state}, entry ${answer.sequence}`
    case 'rejected':
      return `no: ${answer.rejection.code}`
    case 'paying':
      return `${answer.orderId} is being paid`
    case 'held':
      return `${answer.holdId} is held`
    case 'waiting':
      return `place ${answer.position}`
    case 'hold_ended':
      return `hold ${answer.holdId} ended: ${answer.reason}`
    case 'ticket_ended':
      return `ticket ${answer.ticketId} ended: ${answer.reason}`
    case 'wallet':
      return `wallet ${answer.wallet.walletId} is ${answer.wallet.state}`
    case 'done':
      return 'done'
  }
}
