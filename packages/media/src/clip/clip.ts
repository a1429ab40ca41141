import { z } from 'zod'

/** A SHA-256 as text: the name of a file on the shelf. */
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const atMs = z.int().min(0)
const id = z.string().min(1).max(200)

/** A BCP 47 language, as captions name theirs. */
export const languageTag = z
  .string()
  .max(35)
  .regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/, 'a language such as en or pt-BR')
  .meta({ description: 'BCP 47, such as `en`.' })

/** The longest title of a clip, in characters. */
export const CLIP_TITLE_MAX = 120

/** What a person calls a clip. */
export const clipTitle = z.string().trim().min(1).max(CLIP_TITLE_MAX)

/** A clip as it lies on the shelf. Its file is named by its content. */
export const clipRecord = z.strictObject({
  clipId: z.string().regex(/^[A-Za-z0-9-]{8,64}$/),
  title: clipTitle,
  /** Why it was made. */
  origin: z.enum(['mark', 'span', 'order', 'burst', 'reel']),
  showId: id.nullable(),
  /** Where its first picture was in the show, by the edge's clock. */
  startAtMs: atMs,
  durationMs: atMs,
  file: z.strictObject({
    hash,
    bytes: z.int().min(1),
    width: z.int().min(1),
    height: z.int().min(1),
    codecs: z.array(z.string().max(40)).max(4),
  }),
  /** `null`: this machine has no ffmpeg, or it could not make one. */
  posterHash: hash.nullable(),
  captions: z.array(z.strictObject({ language: languageTag, hash })).max(20),
  products: z
    .array(z.strictObject({ dropId: id, variantId: id, quantity: z.int().min(1) }))
    .max(50),
  /** Whose video receipt it is. Never shown to anybody but that buyer. */
  orderId: id.nullable(),
  /** The clips that a reel is made of. */
  parts: z.array(z.string().max(64)).max(100),
  createdAtMs: atMs,
  publishedAtMs: atMs.nullable(),
  /** From the end of what it shows, or from the wish when that came later, until it was cut. */
  readyInMs: atMs,
})

/** A clip as it lies on the shelf. */
export type Clip = z.output<typeof clipRecord>

/** Everything on the shelf that a clip needs. */
export function filesOf({ file, posterHash, captions }: Clip): readonly string[] {
  return [
    `${file.hash}.mp4`,
    ...(posterHash === null ? [] : [`${posterHash}.jpg`]),
    ...captions.map((each) => `${each.hash}.vtt`),
  ]
}
