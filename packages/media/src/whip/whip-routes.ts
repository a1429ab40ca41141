import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'

import type { IngestStatus } from '../ingest/publisher-desk.ts'
import type { RefusalCode } from '../rtmp/stream-refusal.ts'
import type { WhipAnswer } from './whip-door.ts'

/** An offer of a browser is a few kilobytes. */
const OFFER_BYTES_MAX = 64 * 2 ** 10

/** Who answers offers. */
export interface WhipPort {
  offer(key: string, sdp: string): Promise<WhipAnswer>
  end(sessionId: string): void
}

const STATUS = {
  key_unknown: 401,
  key_of_another_show: 403,
  publisher_busy: 409,
  codec_unsupported: 422,
  stream_malformed: 400,
  message_too_long: 413,
} as const satisfies Record<RefusalCode, number>

/**
 * The way in for phones and browsers (WHIP, RFC 9725): an offer for an answer, with the stream key
 * as the bearer's token. [WP1]
 */
export function whipRoutes(
  port: WhipPort,
  path: string,
  status: () => IngestStatus,
): Hono {
  let latest = ''
  return new Hono()
    .post(path, bodyLimit({ maxSize: OFFER_BYTES_MAX }), async (c) => {
      if (!/^application\/sdp\b/.test(c.req.header('content-type') ?? '')) {
        return c.json({ title: 'An offer is application/sdp.' }, 415)
      }
      const [, key = ''] = /^Bearer (\S{1,200})$/.exec(c.req.header('authorization') ?? '') ?? []
      const answer = await port.offer(key, await c.req.text())
      if (!answer.ok) {
        const { code, text } = answer
        return c.json({ title: text, code }, STATUS[code], {
          'Content-Type': 'application/problem+json',
        })
      }
      latest = answer.sessionId
      return c.body(answer.sdp, 201, {
        'Content-Type': 'application/sdp',
        Location: `${path}/${answer.sessionId}`,
      })
    })
    .get(`${path}/:sessionId{[0-9a-f-]{36}}`, (c) => {
      // Whoever has the session's name is who sends the picture.
      const { via, flaws, reading } = status()
      const isLive = via === 'whip' && c.req.param('sessionId') === latest
      return isLive ? c.json({ flaws, reading }, 200) : c.json({ title: 'It is over.' }, 404)
    })
    .delete(`${path}/:sessionId{[0-9a-f-]{36}}`, (c) => {
      port.end(c.req.param('sessionId'))
      return c.body(null, 204)
    })
}
