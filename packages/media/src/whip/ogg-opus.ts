const CHANNELS = 2
const SAMPLE_RATE = 48_000
const PACKET_BYTES_MAX = 255 * 254

/** Puts Opus packets into an Ogg file as they come, one a page, for a program that reads it. */
export class OggOpusWriter {
  #pages = 0

  /** What a file begins with. */
  begin(): Buffer {
    const head = Buffer.alloc(19)
    head.write('OpusHead', 'latin1')
    head[8] = 1
    head[9] = CHANNELS
    head.writeUInt32LE(SAMPLE_RATE, 12)
    const vendor = Buffer.from('nightmarket')
    const tags = Buffer.concat([Buffer.from('OpusTags'), uint32(vendor.length), vendor, uint32(0)])
    return Buffer.concat([this.#page(head, 0, 2), this.#page(tags, 0, 0)])
  }

  /** One packet; `endSample` is where it ends since the beginning. Too long a one is left out. */
  write(packet: Buffer, endSample: number): Buffer {
    return packet.length > PACKET_BYTES_MAX ? Buffer.alloc(0) : this.#page(packet, endSample, 0)
  }

  #page(content: Buffer, granule: number, flags: number): Buffer {
    const full = Math.floor(content.length / 255)
    const lacing = Buffer.concat([Buffer.alloc(full, 255), Buffer.from([content.length % 255])])
    const header = Buffer.alloc(27)
    header.write('OggS', 'latin1')
    header[5] = flags
    header.writeBigUInt64LE(BigInt(granule), 6)
    header.writeUInt32LE(1, 14)
    header.writeUInt32LE(this.#pages++, 18)
    header[26] = lacing.length
    const page = Buffer.concat([header, lacing, content])
    page.writeUInt32LE(checksum(page), 22)
    return page
  }
}

/** How many samples an Opus packet has, at 48 kHz (RFC 6716, 3.1). [WP3] */
export function opusSamples(packet: Buffer): number {
  const [first = 0, second = 0] = packet
  const config = first >> 3
  const place = config < 12 ? config % 4 : config < 16 ? 4 + (config % 2) : 6 + (config % 4)
  const frame = FRAME_SAMPLES[place]
  const count = (first & 3) === 0 ? 1 : (first & 3) < 3 ? 2 : second & 0x3f
  return (frame ?? 960) * count
}

/** SILK of 10 to 60 ms, hybrid of 10 and 20, CELT of 2.5 to 20. */
const FRAME_SAMPLES = [480, 960, 1_920, 2_880, 480, 960, 120, 240, 480, 960]

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index << 24
  for (let bit = 0; bit < 8; bit++) value = (value << 1) ^ (value < 0 ? 0x04c11db7 : 0)
  return value >>> 0
})

function checksum(bytes: Buffer): number {
  let sum = 0
  for (const byte of bytes) sum = ((sum << 8) ^ (TABLE[((sum >>> 24) ^ byte) & 0xff] ?? 0)) >>> 0
  return sum
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
