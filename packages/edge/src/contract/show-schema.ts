import { z } from 'zod'

import { clientId, knownId } from './id-schema.ts'

/** The most variants that one question for offers is answered for. */
export const OFFERS_MAX = 100

const atMs = (description: string) =>
  z.int().meta({ description: `${description} Epoch milliseconds.`, examples: [1_790_000_000_000] })
const priceMinor = (description: string) =>
  z.int().meta({ description: `${description} Minor units.`, examples: [2_400] })

const variantId = knownId('variant', 'night-owl-mug:blue')
const dropId = knownId('drop', 'midnight')
const releaseId = z.string().meta({ description: 'SHA-256 of its content.', examples: ['9f2c…'] })

/** `GET /v1/show`. */
export const showView = z
  .strictObject({
    releaseId,
    releaseNumber: z.int().meta({ examples: [3] }),
    currency: z.string().meta({ examples: ['EUR'] }),
    show: z.strictObject({
      showId: knownId('show', 'night-market'),
      title: z.string().meta({ examples: ['Night Market'] }),
      startsAtMs: atMs('Its beginning.'),
      endsAtMs: atMs('Its end.'),
      timeZone: z.string().meta({ examples: ['Europe/Berlin'] }),
      place: z.string().meta({ examples: ['Hall 3'] }),
      languages: z.array(z.string().meta({ examples: ['de'] })),
      hosts: z.array(z.string().meta({ examples: ['Ada'] })),
    }),
    drops: z.array(
      z
        .strictObject({
          dropId,
          title: z.string().meta({ examples: ['Midnight drop'] }),
          opensAtMs: atMs('When it opens.'),
          closesAtMs: atMs('When it closes.'),
          listings: z.array(
            z.strictObject({
              variantId,
              title: z.string().meta({ examples: ['Night owl mug, blue'] }),
              sku: z
                .string()
                .nullable()
                .meta({ examples: ['MUG-BLUE'] }),
              imageUrl: z.string().nullable(),
              priceMinor: priceMinor('The list price.'),
              perCustomer: z
                .int()
                .nullable()
                .meta({ examples: [2] }),
            }),
          ),
        })
        .meta({ ref: 'ShowDrop' }),
    ),
  })
  .meta({ ref: 'Show' })

/** `GET /v1/drops/:dropId`. */
export const dropView = z
  .strictObject({
    dropId,
    releaseNumber: z.int(),
    phase: z.enum(['upcoming', 'open', 'closed']).meta({ examples: ['open'] }),
    opensAtMs: atMs('When it opens.'),
    closesAtMs: atMs('When it closes.'),
    nowMs: atMs('The clock of this edge, for countdowns.'),
    lineLength: z.int().meta({ description: 'People waiting here.', examples: [0] }),
    listings: z.array(
      z
        .strictObject({
          variantId,
          priceMinor: priceMinor('What one costs everybody now.'),
          unitsHere: z.int().meta({ description: 'What this edge can sell now.', examples: [17] }),
          stock: z.enum(['here', 'line', 'sold_out']).meta({
            description: '`line`: an order now takes a place in line.',
          }),
        })
        .meta({ ref: 'DropListing' }),
    ),
  })
  .meta({ ref: 'Drop' })

/** `POST /v1/offers`. */
export const offersRequest = z
  .strictObject({
    buyerId: clientId<'buyer'>(
      'A random id of this viewer, never a name or an address. Absent: a new one is made.',
      'v-0b9f3d52',
    ).optional(),
    dropId,
    variantIds: z
      .array(variantId)
      .min(1)
      .max(OFFERS_MAX)
      .optional()
      .meta({ description: `Absent: the first ${OFFERS_MAX} that the drop lists.` }),
    dwellMs: z
      .int()
      .min(0)
      .max(86_400_000)
      .default(0)
      .meta({ description: 'How long the page has been open. Counts only with consent.' }),
    consent: z.strictObject({
      personalOffers: z.boolean().meta({ description: 'Whether offers may depend on the viewer.' }),
    }),
  })
  .meta({ ref: 'OffersRequest' })

/** The offers for one viewer, with the tokens that authorise their prices. */
export const offersAnswer = z
  .strictObject({
    buyerId: knownId('buyer', 'v-0b9f3d52'),
    dropId,
    releaseId,
    releaseNumber: z.int(),
    currency: z.string().meta({ examples: ['EUR'] }),
    expiresAtMs: atMs('When every token below ends.'),
    offers: z.array(
      z
        .strictObject({
          variantId,
          unitPriceMinor: priceMinor('The promised price.'),
          listPriceMinor: priceMinor('What everybody pays now.'),
          offerId: z
            .string()
            .nullable()
            .meta({ examples: ['early-owl'] }),
          unitsMax: z.int().meta({ description: 'The most this viewer gets.', examples: [2] }),
          token: z.string().meta({
            description: 'Variants at the same offer share one: they can be bought together.',
            examples: ['eyJhdWRpZW5jZSI6Im….mK3v…'],
          }),
        })
        .meta({ ref: 'Offer' }),
    ),
  })
  .meta({ ref: 'Offers' })

export type ShowView = z.output<typeof showView>
export type DropView = z.output<typeof dropView>
export type OffersRequest = z.output<typeof offersRequest>
export type OffersAnswer = z.output<typeof offersAnswer>
