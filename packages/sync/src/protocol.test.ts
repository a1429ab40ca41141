import { deepEqual } from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'

import type {
  DropId,
  FeedItem,
  ItemId,
  LeaseId,
  NodeId,
  OfferId,
  OrderId,
  PartyId,
  PayKey,
  Release,
  ReleaseId,
  RequestId,
  ShowId,
  VariantId,
} from '@nightmarket/kernel'

import { PROTOCOL_VERSION, type ExchangeRequest, type ExchangeResponse } from './protocol.ts'

const hash = '0'.repeat(64)
const pool = { dropId: 'd1' as DropId, itemId: 'i1' as ItemId }
const leaseId = 'l1' as LeaseId
const orderId = 'o1' as OrderId

const request: ExchangeRequest = {
  protocolVersion: PROTOCOL_VERSION,
  nodeId: 'n1' as NodeId,
  epoch: 1,
  entries: [{ sequence: 1, hash, text: '{}' }],
  previousHash: hash,
  checkpoint: { origin: 'nightmarket/n1/1', size: 1, root: hash, signature: 's' },
  feedAfter: 0,
  demand: [{ ...pool, unsold: 1, held: 2, waiting: 3, sold: 4 }],
  atMs: 5,
}

/** One example of every answer, keyed by status: a new one does not compile without. */
const responses = {
  ack: {
    status: 'ack',
    sequence: 1,
    hash,
    cosignature: 's',
    parentTimeMs: 5,
    feed: [],
    feedHead: 0,
  },
  want: { status: 'want', sequence: 1, parentTimeMs: 5 },
  fork: { status: 'fork', sequence: 1, parentHash: hash, childHash: hash },
  refused: { status: 'refused', code: 'node_revoked', detail: 'stolen' },
} satisfies { [Response in ExchangeResponse as Response['status']]: Response }

const variantId = 'v1' as VariantId
const offerId = 'f1' as OfferId

const release: Release = {
  format: 1,
  currency: 'EUR',
  show: {
    showId: 's1' as ShowId,
    title: 'Evening',
    startsAtMs: 1,
    endsAtMs: 9,
    timeZone: 'Europe/Berlin',
    place: 'Yard',
    languages: ['en'],
    hosts: ['Ada'],
  },
  variants: [
    {
      variantId,
      title: 'Mug',
      sku: null,
      barcode: null,
      imageUrl: null,
      components: [{ itemId: pool.itemId, quantity: 1 }],
    },
  ],
  drops: [
    {
      dropId: pool.dropId,
      title: 'Main',
      opensAtMs: 1,
      closesAtMs: 9,
      listings: [
        {
          variantId,
          priceMinor: 1_250,
          units: null,
          perCustomer: 2,
          priceWindows: [{ fromMs: 1, untilMs: 2, priceMinor: 1_000 }],
        },
      ],
    },
  ],
  offers: [
    {
      offerId,
      dropId: pool.dropId,
      variantIds: [variantId],
      discountBasisPoints: 1_000,
      fromMs: 1,
      untilMs: 9,
      needsConsent: true,
      audienceBasisPoints: 5_000,
      unitsMax: 1,
    },
  ],
  split: [{ partyId: 'p1' as PartyId, basisPoints: 10_000 }],
  terms: {
    tokenMs: 1,
    holdMs: 2,
    honourMs: 3,
    rescueMs: 4,
    fallbackVoucherMinor: 5,
    deferred: { orderMinorMax: 1, buyerOrdersMax: 2, ordersMax: 3, sumMinorMax: 4, ageMsMax: 5 },
  },
}

const place = { position: 1, atMs: 5 }

/** One example of every decision, keyed by type: a new one does not compile without. */
const feed = {
  'release.activated': {
    ...place,
    type: 'release.activated',
    body: { number: 1, releaseId: 'r1' as ReleaseId, release },
  },
  'lease.granted': {
    ...place,
    type: 'lease.granted',
    body: { leaseId, ...pool, quantity: 1, sellUntilMs: 9 },
  },
  'lease.recalled': { ...place, type: 'lease.recalled', body: { leaseId, quantity: 1 } },
  'lease.queried': { ...place, type: 'lease.queried', body: { leaseId } },
  'pool.reported': { ...place, type: 'pool.reported', body: { ...pool, isExhausted: true } },
  'payment.settled': {
    ...place,
    type: 'payment.settled',
    body: { orderId, payKey: 'p1' as PayKey, outcome: 'captured' },
  },
  'order.moved': { ...place, type: 'order.moved', body: { orderId, move: 'release' } },
  'request.decided': {
    ...place,
    type: 'request.decided',
    body: { requestId: 'q1' as RequestId, verdict: 'refused', reason: 'order_unknown' },
  },
  'stall.frozen': { ...place, type: 'stall.frozen', body: { reason: 'revoked' } },
} satisfies { [Item in FeedItem as Item['type']]: Item }

test('[SY13] the wire format is the one that this protocol version promised', () => {
  const fingerprint = createHash('sha256')
    .update(JSON.stringify({ request, responses, feed }))
    .digest('hex')
    .slice(0, 8)
  deepEqual({ PROTOCOL_VERSION, fingerprint }, { PROTOCOL_VERSION: 1, fingerprint: '7006a900' })
})
