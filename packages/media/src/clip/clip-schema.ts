import { z } from 'zod'

import type { Clip } from './clip.ts'
import { clipRecord, clipTitle } from './clip.ts'

const atMs = z.int().min(0).meta({ description: 'Epoch milliseconds by the edge’s clock.' })
const isPublished = z.boolean().default(true)

/** A wish for a clip. */
export const makeClipBody = z
  .union([
    z.strictObject({
      startAtMs: atMs,
      durationMs: z.int().min(0).meta({ description: 'Milliseconds.' }),
      title: clipTitle.optional(),
      isPublished,
    }),
    z.strictObject({
      aroundOrderId: z.string().min(1).max(128),
      title: clipTitle.optional(),
      isPublished,
    }),
  ])
  .meta({ ref: 'MakeClip' })

/** A mark: what just happened is worth a clip. */
export const markBody = z
  .strictObject({ atMs: atMs.optional(), title: clipTitle.optional(), isPublished })
  .meta({ ref: 'Mark' })

/** A change to a clip. */
export const changeClipBody = z
  .strictObject({ isPublished: z.boolean() })
  .meta({ ref: 'ClipChange' })

/** A reel of clips, in their order; without ids, of every published clip of the show. */
export const reelBody = z
  .strictObject({
    clipIds: z.array(z.string().min(1).max(64)).min(1).max(100).optional(),
    title: clipTitle,
  })
  .meta({ ref: 'MakeReel' })

/** A clip as the interface shows it: without the order whose receipt it is. */
export const clipView = clipRecord
  .omit({ orderId: true, file: true, posterHash: true, captions: true })
  .extend({
    pagePath: z.string(),
    videoPath: z.string(),
    posterPath: z.string().nullable(),
    width: z.int(),
    height: z.int(),
    bytes: z.int(),
    captions: z.array(z.strictObject({ language: z.string(), path: z.string() })),
  })
  .meta({ ref: 'Clip' })

/** How far a reel is. */
export const reelView = z
  .strictObject({
    reelId: z.string(),
    state: z.enum(['queued', 'copying', 'encoding', 'done', 'failed']),
    share: z.number(),
    clipId: z.string().nullable(),
    reason: z.string().nullable(),
  })
  .meta({ ref: 'Reel' })

/** A clip as the interface shows it. */
export type ClipView = z.output<typeof clipView>

/** Where the files of clips are served. */
export const CLIP_FILES = '/media/clips'

/** A clip as everybody may see it who may see it at all. */
export function viewClip(clip: Clip): ClipView {
  const { orderId: _, file, posterHash, captions, ...rest } = clip
  return {
    ...rest,
    pagePath: `/clips/${clip.clipId}`,
    videoPath: `${CLIP_FILES}/${file.hash}.mp4`,
    posterPath: posterHash === null ? null : `${CLIP_FILES}/${posterHash}.jpg`,
    width: file.width,
    height: file.height,
    bytes: file.bytes,
    captions: captions.map(({ language, hash }) => ({
      language,
      path: `${CLIP_FILES}/${hash}.vtt`,
    })),
  }
}
