/** The widths in which pictures are kept, in pixels; a smaller one has those up to its own. */
export const IMAGE_WIDTHS = [160, 320, 640, 1_280] as const

/** The formats in which each is kept, the smallest first; JPEG only as what every browser takes. */
export const IMAGE_FORMATS = ['avif', 'webp'] as const

/** The one that is asked for by whoever takes neither. */
export const IMAGE_FALLBACK = '640.jpg'

/** A picture of ours, as its address tells it. */
export interface OwnImage {
  readonly imageId: string
  readonly width: number
  readonly height: number
  /** Its mean colour, one of 27, for its place before it is there. */
  readonly tone: number
}

const ADDRESS = /^\/images\/([0-9a-f]{64})\/640\.jpg\?w=(\d{1,5})&h=(\d{1,5})&tone=(\d{1,2})$/

/** Read a picture's address; `null` for any other. */
export function parseOwnImage(url: string | null): OwnImage | null {
  const [, imageId, width, height, tone] = ADDRESS.exec(url ?? '') ?? []
  if (imageId === undefined) return null
  return { imageId, width: Number(width), height: Number(height), tone: Number(tone) }
}

/** The widths that a picture of a width is kept in. */
export function widthsOf(width: number): readonly number[] {
  const smaller = IMAGE_WIDTHS.filter((each) => each <= width)
  return smaller.length === 0 ? [IMAGE_WIDTHS[0]] : smaller
}

/** The candidates of a format, as `srcset` lists them. */
export function sourceSet({ imageId, width }: OwnImage, format: string): string {
  const candidates = widthsOf(width).map((each) => `/images/${imageId}/${each}.${format} ${each}w`)
  return candidates.join(', ')
}
