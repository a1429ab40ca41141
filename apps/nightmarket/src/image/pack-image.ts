import { createHash } from 'node:crypto'

import { IMAGE_FALLBACK, IMAGE_FORMATS, widthsOf } from '@nightmarket/ui'
import sharp from 'sharp'

import { ImageFault } from './fetch-image.ts'

/** The most pixels taken: a file of a few bytes may unfold to far more. */
const PIXELS_MAX = 50_000_000

/** How each format is packed: small, at a look that a buyer does not tell from the best. */
const PACKING = {
  avif: { quality: 50, effort: 3 },
  webp: { quality: 75 },
  jpeg: { quality: 78, mozjpeg: true },
} as const

/** A picture in every size and format, as the core keeps it. */
export interface Packed {
  readonly imageId: string
  readonly width: number
  readonly height: number
  readonly tone: number
  /** Base64, by name. */
  readonly files: Record<string, string>
}

/** Make every size of a picture, upright and without what its camera wrote into it. */
export async function packImage(bytes: Buffer): Promise<Packed> {
  const upright = await open(bytes)
  const { data, info } = upright
  const make = async (width: number, format: keyof typeof PACKING) => {
    const sized = sharp(data).resize({ width })
    return (await sized.toFormat(format, PACKING[format]).toBuffer()).toString('base64')
  }
  const files: Record<string, string> = { [IMAGE_FALLBACK]: await make(640, 'jpeg') }
  for (const width of widthsOf(info.width)) {
    for (const format of IMAGE_FORMATS) files[`${width}.${format}`] = await make(width, format)
  }
  const imageId = createHash('sha256').update(bytes).digest('hex')
  const { width, height } = info
  return { imageId, width, height, tone: await toneOf(data), files }
}

async function open(bytes: Buffer) {
  try {
    const image = sharp(bytes, { limitInputPixels: PIXELS_MAX, failOn: 'error' })
    const small = image
      .rotate()
      .resize({ width: 2_560, height: 2_560, fit: 'inside', withoutEnlargement: true })
    return await small
      .flatten({ background: '#fff' })
      .png({ compressionLevel: 1 })
      .toBuffer({ resolveWithObject: true })
  } catch (cause) {
    throw new ImageFault('not_a_picture', 'it is no picture that can be read', { cause })
  }
}

/** The mean colour, as one of three steps of red, green and blue. */
async function toneOf(bytes: Buffer): Promise<number> {
  const { channels } = await sharp(bytes).stats()
  const steps = channels.slice(0, 3).map(({ mean }) => Math.min(2, Math.floor(mean / 86)))
  const [red = 0, green = red, blue = red] = steps
  return red * 9 + green * 3 + blue
}
