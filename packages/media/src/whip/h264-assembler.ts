import type { VideoConfig } from '../flv/read-tag.ts'

/** One picture as it came over RTP, its units behind their lengths. */
export interface AccessUnit {
  /** In RTP's ticks, 90 a millisecond. */
  readonly timestamp: number
  readonly isKeyframe: boolean
  readonly data: Buffer
  /** The parameters that came with it; `null` when none did. */
  readonly config: VideoConfig | null
}

/** Types of a NAL unit, of H.264's own and of RTP's (RFC 6184). */
const NAL = { slice: 1, keySlice: 5, sps: 7, pps: 8, stapA: 24, fuA: 28 } as const
const PICTURE_BYTES_MAX = 4 * 2 ** 20

/** Puts pictures together from the payloads of RTP packets, in order. [WP2] */
export class H264Assembler {
  #timestamp = 0
  #units: Buffer[] = []
  #fragments: Buffer[] = []
  #bytes = 0
  #isBroken = false
  #sps: Buffer | null = null
  #pps: Buffer | null = null
  #hasNews = false

  /** Take the next payload; returns the picture when it is whole. */
  take(payload: Buffer, timestamp: number, isLast: boolean): AccessUnit | null {
    if (timestamp !== this.#timestamp) this.#start(timestamp)
    this.#bytes += payload.length
    if (this.#bytes > PICTURE_BYTES_MAX) this.lose()
    if (payload.length > 1) this.#unpack(payload)
    return isLast ? this.#finish() : null
  }

  /** A packet is lost: the picture that it belonged to is, too. */
  lose(): void {
    this.#isBroken = true
    this.#units = []
    this.#fragments = []
  }

  #start(timestamp: number): void {
    this.#timestamp = timestamp
    this.#units = []
    this.#fragments = []
    this.#bytes = 0
    this.#isBroken = false
  }

  #unpack(payload: Buffer): void {
    const type = (payload[0] ?? 0) & 0x1f
    if (type === NAL.stapA) return this.#unpackSeveral(payload.subarray(1))
    if (type === NAL.fuA) return this.#unpackFragment(payload)
    if (type < NAL.stapA) this.#keep(payload)
  }

  #unpackSeveral(bytes: Buffer): void {
    for (let at = 0; at + 2 < bytes.length; ) {
      const end = at + 2 + bytes.readUInt16BE(at)
      if (end > bytes.length) return this.lose()
      this.#keep(bytes.subarray(at + 2, end))
      at = end
    }
  }

  #unpackFragment(payload: Buffer): void {
    const [indicator = 0, header = 0] = payload
    const [isFirst, isEnd] = [(header & 0x80) !== 0, (header & 0x40) !== 0]
    if (isFirst) this.#fragments = [Buffer.from([(indicator & 0xe0) | (header & 0x1f)])]
    // The end of a unit whose beginning is lost.
    else if (this.#fragments.length === 0) return this.lose()
    this.#fragments.push(payload.subarray(2))
    if (!isEnd) return
    this.#keep(Buffer.concat(this.#fragments))
    this.#fragments = []
  }

  #keep(unit: Buffer): void {
    const type = (unit[0] ?? 0) & 0x1f
    if (type === NAL.sps || type === NAL.pps) return this.#learn(type, unit)
    if (type >= NAL.slice && type <= NAL.keySlice && !this.#isBroken) this.#units.push(unit)
  }

  #learn(type: typeof NAL.sps | typeof NAL.pps, unit: Buffer): void {
    const known = type === NAL.sps ? this.#sps : this.#pps
    if (known?.equals(unit) === true || unit.length < 4) return
    if (type === NAL.sps) this.#sps = Buffer.from(unit)
    else this.#pps = Buffer.from(unit)
    this.#hasNews = true
  }

  #finish(): AccessUnit | null {
    const units = this.#units
    const timestamp = this.#timestamp
    const isWhole = !this.#isBroken && this.#fragments.length === 0 && units.length > 0
    this.#start(timestamp)
    if (!isWhole) return null
    const isKeyframe = units.some((unit) => ((unit[0] ?? 0) & 0x1f) === NAL.keySlice)
    const config = this.#hasNews && isKeyframe ? this.#config() : null
    if (config !== null) this.#hasNews = false
    return { timestamp, isKeyframe, data: Buffer.concat(units.flatMap(behindLength)), config }
  }

  #config(): VideoConfig | null {
    const [sps, pps] = [this.#sps, this.#pps]
    if (sps === null || pps === null) return null
    const head = Buffer.from([1, sps[1] ?? 0, sps[2] ?? 0, sps[3] ?? 0, 0xff, 0xe1])
    const sets = [length16(sps), sps, Buffer.from([1]), length16(pps), pps]
    return { kind: 'video-config', record: Buffer.concat([head, ...sets]) }
  }
}

function behindLength(unit: Buffer): readonly Buffer[] {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(unit.length)
  return [length, unit]
}

function length16({ length }: Buffer): Buffer {
  return Buffer.from([(length >> 8) & 0xff, length & 0xff])
}
