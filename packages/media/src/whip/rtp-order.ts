/** A packet with its place: 16 bits that wrap. */
export interface Sequenced {
  readonly sequenceNumber: number
}

/** How many packets one that is missing is waited for; it was asked for again meanwhile. */
const WAITING_MAX = 64
const WRAP = 0x10000

/** Puts packets back in order, and tells when one is lost for good. [WP2] */
export class RtpOrder<Packet extends Sequenced> {
  readonly #waiting = new Map<number, Packet>()
  #next: number | null = null

  /** Take a packet; returns what may go on now, and whether something before it is lost. */
  take(packet: Packet): { readonly packets: readonly Packet[]; readonly isLossy: boolean } {
    const { sequenceNumber } = packet
    this.#next ??= sequenceNumber
    const ahead = (sequenceNumber - this.#next + WRAP) % WRAP
    if (ahead >= WRAP / 2) return { packets: [], isLossy: false }
    this.#waiting.set(sequenceNumber, packet)
    const isLossy = ahead > 0 && this.#waiting.size > WAITING_MAX
    if (isLossy) this.#skip()
    return { packets: this.#due(), isLossy }
  }

  #due(): readonly Packet[] {
    const due: Packet[] = []
    for (;;) {
      const packet = this.#next === null ? undefined : this.#waiting.get(this.#next)
      if (packet === undefined) return due
      this.#waiting.delete(packet.sequenceNumber)
      this.#next = (packet.sequenceNumber + 1) % WRAP
      due.push(packet)
    }
  }

  /** Give up what is missing: go on with the first that is there. */
  #skip(): void {
    const next = this.#next ?? 0
    const places = [...this.#waiting.keys()].map((place) => (place - next + WRAP) % WRAP)
    this.#next = (next + Math.min(...places)) % WRAP
  }
}
