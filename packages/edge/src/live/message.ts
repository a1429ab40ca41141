import { z } from 'zod'

import { orderView } from '../contract/answer-schema.ts'
import { clientId, knownId } from '../contract/id-schema.ts'
import { dropView } from '../contract/show-schema.ts'
import { overlayView } from '../overlay/overlay-schema.ts'

/** The version of what follows. A page that speaks another reloads. */
export const LIVE_VERSION = 1

/** The most orders, holds and places in line that one connection watches. */
export const WATCHED_MAX = 20

/** The longest message a viewer may send, in bytes. */
export const LIVE_MESSAGE_BYTES_MAX = 4_096

const dropId = knownId('drop', 'midnight')
const variantId = knownId('variant', 'night-owl-mug:blue')
const atMs = z.int().meta({ description: 'Epoch milliseconds.' })

/** Counts what this process has told everybody; with the epoch it says what a page has seen. */
const offset = z.int().min(0)

/** A drop as a page shows it: as in `GET /v1/drops/:dropId`, and how much of it was sold here. */
export const liveDrop = dropView.omit({ nowMs: true }).extend({ unitsSold: z.int() })

/**
 * Always first. `epoch` changes with the process; `isResumed` says that what follows continues what
 * the page has seen. If not, a `snapshot` comes next and replaces it. [LV2] `offset` is where the
 * channel is; what a page has seen is the offset of the last message after this one.
 */
const hello = z.strictObject({
  type: z.literal('hello'),
  version: z.literal(LIVE_VERSION),
  epoch: z.string(),
  offset,
  isResumed: z.boolean(),
  nowMs: atMs,
  heartbeatMs: z.int(),
})

/** Everything that is public now: take it instead of what was known. */
const snapshot = z.strictObject({
  type: z.literal('snapshot'),
  offset,
  release: z.strictObject({ releaseId: z.string(), releaseNumber: z.int() }).nullable(),
  drops: z.array(liveDrop),
  overlays: z.array(overlayView),
  hasPicture: z.boolean(),
})

/** What is left of one variant at this edge. The latest counts. */
const stock = z.strictObject({
  type: z.literal('stock'),
  offset,
  dropId,
  variantId,
  unitsHere: z.int(),
  stock: z.enum(['here', 'line', 'sold_out']),
})

/** What one variant costs everybody from now on. */
const price = z.strictObject({
  type: z.literal('price'),
  offset,
  dropId,
  variantId,
  priceMinor: z.int(),
})

/** How many wait in line for a drop, and how many units of it were sold here. */
const crowd = z.strictObject({
  type: z.literal('crowd'),
  offset,
  dropId,
  lineLength: z.int(),
  unitsSold: z.int(),
})

/** A drop opened or closed. */
const phase = z.strictObject({
  type: z.literal('phase'),
  offset,
  dropId,
  phase: z.enum(['upcoming', 'open', 'closed']),
  opensAtMs: atMs,
  closesAtMs: atMs,
})

/** Another release counts, also after a rollback: what follows and new pages are of it. */
const release = z.strictObject({
  type: z.literal('release'),
  offset,
  releaseId: z.string(),
  releaseNumber: z.int(),
  /** All its drops: they may be others. */
  drops: z.array(liveDrop),
})

/** What may be offered in a drop has changed: ask `POST /v1/offers` again when it is shown. */
const offers = z.strictObject({ type: z.literal('offers'), offset, dropId })

/** Something to show over the picture, from the frame it names on. */
const overlayShow = z.strictObject({ type: z.literal('overlay'), offset, overlay: overlayView })

/** Take an overlay away. */
const overlayHide = z.strictObject({
  type: z.literal('overlay_hidden'),
  offset,
  overlayId: z.string(),
})

/** Words of the show. The same `cueId` replaces its words; times are the edge's clock's. */
const caption = z.strictObject({
  type: z.literal('caption'),
  offset,
  cue: z.strictObject({
    cueId: z.string(),
    language: z.string(),
    startAtMs: atMs,
    endAtMs: atMs,
    text: z.string(),
  }),
})

/** The show's picture is there from now on, or is no more: the page has a place for it, or none. */
const picture = z.strictObject({ type: z.literal('picture'), offset, hasPicture: z.boolean() })

/** Somebody gave a tip: how much, and nothing of who. The first to be left out for who is slow. */
const tip = z.strictObject({
  type: z.literal('tip'),
  offset,
  amountMinor: z.int(),
  currency: z.string(),
})

/** For the buyer alone: how an order, a hold or a place in line stands. As in `GET /v1/orders`. */
const standing = z.strictObject({ type: z.literal('standing'), order: orderView })

/** This connection is slow: so many tips were left out of it. */
const shed = z.strictObject({ type: z.literal('shed'), count: z.int() })

/** What the viewer sent was not taken. */
const refused = z.strictObject({
  type: z.literal('refused'),
  code: z.enum(['malformed', 'too_fast']),
})

/** Everything that an edge says on the live channel. */
export const liveMessage = z.discriminatedUnion('type', [
  hello,
  snapshot,
  stock,
  price,
  crowd,
  phase,
  release,
  offers,
  overlayShow,
  overlayHide,
  caption,
  picture,
  tip,
  standing,
  shed,
  refused,
])

/**
 * Watch how the buyer's own orders, holds and places in line stand: each is told now and whenever
 * it changes. An id of somebody else's, or an unknown one, stays silent. Replaces the last list.
 */
const watch = z.strictObject({
  type: z.literal('watch'),
  buyerId: clientId<'buyer'>('The viewer’s random id.', 'v-0b9f3d52'),
  ids: z.array(knownId('order', '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11')).max(WATCHED_MAX),
})

/** Everything that a viewer may say on the live channel: nothing of it reaches anybody else. */
export const viewerMessage = watch

/** Where a page stands: `EPOCH.OFFSET`, as the query `resume` and the header `Last-Event-ID`. */
export const resumePoint = z
  .string()
  .max(160)
  .regex(/^[A-Za-z0-9-]{1,128}\.\d{1,15}$/)
  .transform((text): ResumePoint => {
    const dot = text.lastIndexOf('.')
    return { epoch: text.slice(0, dot), offset: Number(text.slice(dot + 1)) }
  })

/** The last thing a page has seen. */
export interface ResumePoint {
  readonly epoch: string
  readonly offset: number
}

/** What an edge says. */
export type LiveMessage = z.output<typeof liveMessage>
/** A drop as pages know it. */
export type LiveDrop = z.output<typeof liveDrop>
/** What a viewer says. */
export type ViewerMessage = z.output<typeof viewerMessage>

/** Words of the show, as the live channel tells them. */
export type CaptionCue = z.output<typeof caption>['cue']
