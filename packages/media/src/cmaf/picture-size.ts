import { StreamRefusal } from '../rtmp/stream-refusal.ts'

/** How large a picture is, in pixels, without its cropped edges. */
export interface PictureSize {
  readonly width: number
  readonly height: number
}

/** How large the pictures of an `avcC` record are, from its first sequence parameter set. [CM1] */
export function readPictureSize(record: Buffer): PictureSize {
  const length = record.length < 8 ? 0 : record.readUInt16BE(6)
  const set = record.subarray(8, 8 + length)
  if (length < 4 || set.length < length) throw damaged()
  const bits = new BitReader(withoutEmulation(set))
  const profile = set[1] ?? 0
  // The names are those of the standard (H.264, 7.3.2.1.1).
  bits.skip(32) // NAL header, profile_idc, constraint flags, level_idc
  bits.exp() // seq_parameter_set_id
  const chroma = HIGH_PROFILES.has(profile) ? readHigh(bits) : 1
  bits.exp() // log2_max_frame_num_minus4
  readOrder(bits)
  bits.exp() // max_num_ref_frames
  bits.skip(1) // gaps_in_frame_num_value_allowed_flag
  const columns = bits.exp() + 1
  const rows = bits.exp() + 1
  const isFrame = bits.bit() === 1
  if (!isFrame) bits.skip(1) // mb_adaptive_frame_field_flag
  bits.skip(1) // direct_8x8_inference_flag
  const crop = bits.bit() === 1 ? [bits.exp(), bits.exp(), bits.exp(), bits.exp()] : [0, 0, 0, 0]
  const [left = 0, right = 0, top = 0, bottom = 0] = crop
  const unitX = chroma === 1 || chroma === 2 ? 2 : 1
  const unitY = (chroma === 1 ? 2 : 1) * (isFrame ? 1 : 2)
  const width = columns * 16 - (left + right) * unitX
  const height = rows * 16 * (isFrame ? 1 : 2) - (top + bottom) * unitY
  if (width < 16 || height < 16 || width > 8_192 || height > 8_192) throw damaged()
  return { width, height }
}

const HIGH_PROFILES = new Set([100, 110, 122, 244, 44, 83, 86, 118, 128])

function readHigh(bits: BitReader): number {
  const chroma = bits.exp()
  if (chroma === 3) bits.skip(1) // separate_colour_plane_flag
  bits.exp() // bit_depth_luma_minus8
  bits.exp() // bit_depth_chroma_minus8
  bits.skip(1) // qpprime_y_zero_transform_bypass_flag
  if (bits.bit() === 0) return chroma
  for (let list = 0; list < (chroma === 3 ? 12 : 8); list++) {
    if (bits.bit() === 1) skipScaling(bits, list < 6 ? 16 : 64)
  }
  return chroma
}

function skipScaling(bits: BitReader, size: number): void {
  let [last, next] = [8, 8]
  for (let index = 0; index < size; index++) {
    if (next !== 0) next = (last + bits.signedExp() + 256) % 256
    last = next === 0 ? last : next
  }
}

function readOrder(bits: BitReader): void {
  const type = bits.exp()
  if (type === 0) bits.exp()
  if (type !== 1) return
  bits.skip(1) // delta_pic_order_always_zero_flag
  bits.exp() // offset_for_non_ref_pic
  bits.exp() // offset_for_top_to_bottom_field
  const count = bits.exp()
  if (count > 255) throw damaged()
  for (let index = 0; index < count; index++) bits.exp()
}

function withoutEmulation(bytes: Buffer): Buffer {
  const kept = [...bytes].filter(
    (byte, at) => !(byte === 3 && at >= 2 && bytes[at - 1] === 0 && bytes[at - 2] === 0),
  )
  return Buffer.from(kept)
}

class BitReader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  bit(): number {
    const byte = this.#bytes[this.#at >> 3]
    if (byte === undefined) throw damaged()
    return (byte >> (7 - (this.#at++ & 7))) & 1
  }

  skip(count: number): void {
    this.#at += count
  }

  /** Exponential-Golomb, as H.264 writes its numbers. */
  exp(): number {
    let zeros = 0
    while (this.bit() === 0) if (++zeros > 31) throw damaged()
    let value = 1
    for (let index = 0; index < zeros; index++) value = value * 2 + this.bit()
    return value - 1
  }

  signedExp(): number {
    const value = this.exp()
    return value % 2 === 1 ? (value + 1) / 2 : -value / 2
  }
}

function damaged(): StreamRefusal {
  return new StreamRefusal('stream_malformed', 'the H.264 configuration is damaged')
}
