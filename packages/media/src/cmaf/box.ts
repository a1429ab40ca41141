/** An ISO BMFF box: its length, its four-letter type, and what is in it. */
export function box(type: string, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, { length: each }) => sum + each, 8)
  const header = Buffer.alloc(8)
  header.writeUInt32BE(length)
  header.write(type, 4, 'latin1')
  return Buffer.concat([header, ...content], length)
}

/** A box with a version and flags. */
export function fullBox(
  type: string,
  version: number,
  flags: number,
  ...content: readonly Uint8Array[]
): Buffer {
  return box(type, uint32((version << 24) | flags), ...content)
}

/** Numbers of 32 bits, one after the other. Negative ones as two's complement. */
export function uint32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4)
  values.forEach((value, index) => bytes.writeUInt32BE(value >>> 0, index * 4))
  return bytes
}

/** Numbers of 16 bits, one after the other. */
export function uint16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2)
  values.forEach((value, index) => bytes.writeUInt16BE(value & 0xffff, index * 2))
  return bytes
}

/** A number of 64 bits. */
export function uint64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64BE(BigInt(value))
  return bytes
}
