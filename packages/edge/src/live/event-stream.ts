import type { OrderId } from '@nightmarket/kernel'
import { createValidate, describe } from '@nightmarket/http'
import { Hono, type Context } from 'hono'
import { z } from 'zod'

import { knownId } from '../contract/id-schema.ts'
import { BUYER_HEADER } from '../edge-deps.ts'
import { EDGE_PROBLEMS } from '../edge-problem.ts'
import type { LiveBatch } from './live-batch.ts'
import type { LiveChannel } from './live-channel.ts'
import { liveMessage, resumePoint, WATCHED_MAX } from './message.ts'
import type { LiveSink } from './live-hub.ts'

/** How much may wait in a stream before its viewer counts as slow, in bytes. */
const STREAM_BYTES_MAX = 65_536

const eventsQuery = z.strictObject({
  resume: resumePoint.optional(),
  ids: z
    .string()
    .max(WATCHED_MAX * 129)
    .transform((text) => text.split(','))
    .pipe(z.array(knownId('order', '3f0c9a52-6a0e-4a53-9a57-0f6f2f6f8f11')).max(WATCHED_MAX))
    .optional()
    .meta({ description: 'Orders, holds and places in line of the buyer in the header.' }),
})

/** `GET /v1/live/events`: the live channel for those whose network lets no WebSocket through. */
export function liveRoutes(
  live: LiveChannel,
  addressOf: (peer: string, forwardedFor: string | null) => string,
) {
  const validate = createValidate(EDGE_PROBLEMS)
  const encode = createEventEncoder(live.epoch)
  return new Hono().get(
    '/v1/live/events',
    describe(EDGE_PROBLEMS, {
      summary: 'What changes, as it changes',
      description:
        'Server-sent events, one message each. The same messages come over the WebSocket at ' +
        '`/v1/live`. `resume`, or the header `Last-Event-ID`, continues after `EPOCH.OFFSET`. ' +
        'With the header `nightmarket-buyer` the ids of that buyer in `ids` are told too.',
      tag: 'Live',
      answers: { 200: { description: 'Each `data` is one message.', schema: liveMessage } },
      problems: ['invalid_request', 'live_full'],
    }),
    validate('query', eventsQuery),
    (c) => {
      const address = addressOf(peerOf(c), c.req.header('x-forwarded-for') ?? null)
      if (!live.hasRoom(address)) {
        return EDGE_PROBLEMS.respond({ code: 'live_full' }, { 'Retry-After': '5' })
      }
      const { resume, ids } = c.req.valid('query')
      const last = resumePoint.safeParse(c.req.header('last-event-id'))
      const point = last.success ? last.data : (resume ?? null)
      const buyerId = c.req.header(BUYER_HEADER)
      const watched = buyerId === undefined || ids === undefined ? null : { buyerId, ids }
      const body = openStream(live, { encode, point, watched, address })
      return new Response(body, {
        headers: {
          'Content-Type': 'text/event-stream; charset=utf-8',
          'Cache-Control': 'no-store',
          'X-Accel-Buffering': 'no',
        },
      })
    },
  )
}

/** The peer of a connection, where the host is Node's; empty elsewhere. */
function peerOf(c: Context): string {
  const { incoming } = (c.env ?? {}) as { readonly incoming?: { readonly socket?: Peer } }
  return incoming?.socket?.remoteAddress ?? ''
}

interface Peer {
  readonly remoteAddress?: string
}

interface StreamParts {
  readonly encode: (batch: LiveBatch) => Uint8Array
  readonly address: string
  readonly point: Parameters<LiveChannel['join']>[2]
  readonly watched: { readonly buyerId: string; readonly ids: readonly OrderId[] } | null
}

function openStream(live: LiveChannel, parts: StreamParts): ReadableStream<Uint8Array> {
  const { encode, point, watched, address } = parts
  let guest: ReturnType<LiveChannel['join']> | null = null
  const strategy = new ByteLengthQueuingStrategy({ highWaterMark: STREAM_BYTES_MAX })
  const comment = new TextEncoder().encode(': still here\n\n')
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        const sink: LiveSink = {
          write(batch) {
            controller.enqueue(encode(batch))
            return (controller.desiredSize ?? 0) > 0
          },
          ping: () => controller.enqueue(comment),
          close: () => controller.close(),
        }
        guest = live.join(sink, address, point)
        if (watched !== null) guest.watch(watched.buyerId, watched.ids)
      },
      pull: () => guest?.drained(),
      cancel: () => guest?.left(),
    },
    strategy,
  )
}

/** The bytes of a batch as server-sent events, made once for all who get it. [LV1] */
function createEventEncoder(epoch: string): (batch: LiveBatch) => Uint8Array {
  const known = new WeakMap<LiveBatch, Uint8Array>()
  const encoder = new TextEncoder()
  return (batch) => {
    const bytes = known.get(batch)
    if (bytes !== undefined) return bytes
    const events = batch.frames.map(({ message, text }) => {
      const isSeen = 'offset' in message && message.type !== 'hello'
      const id = isSeen ? `id: ${epoch}.${message.offset}\n` : ''
      return `${id}data: ${text}\n\n`
    })
    const made = encoder.encode(events.join(''))
    known.set(batch, made)
    return made
  }
}
