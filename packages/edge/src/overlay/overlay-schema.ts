import { z } from 'zod'

import { knownId } from '../contract/id-schema.ts'

/** The most overlays that are shown at once: more would hide the show. */
export const OVERLAYS_SHOWN_MAX = 8

/** The longest text over the picture, in characters. */
export const OVERLAY_TEXT_MAX = 140

const dropId = knownId('drop', 'midnight')
const variantId = knownId('variant', 'night-owl-mug:blue')
const text = z.string().trim().min(1).max(OVERLAY_TEXT_MAX)
const atMs = z.int().min(0)

/** A frame of the show: a page shows an overlay when its own player has reached it. */
export const mediaMoment = z
  .strictObject({
    timelineId: z
      .string()
      .min(1)
      .max(128)
      .meta({ description: 'Which run of the stream; another run counts from zero again.' }),
    mediaTimeMs: atMs.meta({ description: 'Milliseconds since the run began.' }),
  })
  .meta({ ref: 'MediaMoment' })

/** What stands in an overlay, by its kind. */
export const overlayContent = z
  .discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('buy_card'), dropId, variantId }),
    z.strictObject({ kind: z.literal('countdown'), text, endsAtMs: atMs }),
    z.strictObject({ kind: z.literal('sold_counter'), dropId, text }),
    z.strictObject({ kind: z.literal('banner'), text }),
    z.strictObject({ kind: z.literal('winner'), text, name: z.string().trim().min(1).max(60) }),
  ])
  .meta({ ref: 'OverlayContent' })

/** An overlay as pages and the browser source get it. */
export const overlayView = z
  .strictObject({
    overlayId: z.string().min(1).max(128),
    content: overlayContent,
    /** `null`: at once. */
    from: mediaMoment.nullable(),
    shownAtMs: atMs.meta({ description: 'When the operator showed it.' }),
    untilMs: atMs.nullable().meta({ description: 'When it goes by itself.' }),
  })
  .meta({ ref: 'Overlay' })

/** A frame of one run of the stream. */
export type MediaMoment = z.output<typeof mediaMoment>
/** What stands in an overlay. */
export type OverlayContent = z.output<typeof overlayContent>
/** An overlay that is shown. */
export type OverlayView = z.output<typeof overlayView>
