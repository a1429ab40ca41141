import { err, isHash, ok, type FeedItem, type Result } from '@nightmarket/kernel'

import type { ExchangeResponse } from './protocol.ts'

type Members = Readonly<Record<string, unknown>>
type Check = (value: unknown) => boolean

/** Why a message is none of the protocol's: the first member that is missing or wrong. */
export interface MessageRejection {
  readonly code: 'message_invalid'
  readonly field: string
}

const RESPONSE_CHECKS: Readonly<
  Record<ExchangeResponse['status'], Readonly<Record<string, Check>>>
> = {
  ack: {
    sequence: isCount,
    hash: isHash,
    cosignature: (value) => value === null || typeof value === 'string',
    parentTimeMs: isCount,
    feed: (value) => Array.isArray(value) && value.every(isFeedItem),
    feedHead: isCount,
  },
  want: { sequence: isCount, parentTimeMs: isCount },
  fork: { sequence: isCount, parentHash: isHash, childHash: isHash },
  refused: { code: isText, detail: isText },
}

/**
 * Turn a parent's untrusted answer into one of the protocol's, or name what is wrong with it. [SY4]
 *
 * Members that an older child does not know are let pass; what a feed item decides is checked by
 * the kernel when it is applied.
 */
export function parseExchangeResponse(value: unknown): Result<ExchangeResponse, MessageRejection> {
  if (!isMembers(value)) return refuse('object')
  const { status } = value as { readonly status?: unknown }
  if (typeof status !== 'string' || !isStatus(status)) return refuse('status')
  for (const [field, isValid] of Object.entries(RESPONSE_CHECKS[status])) {
    if (!isValid(value[field])) return refuse(field)
  }
  return ok(value as unknown as ExchangeResponse)
}

function isStatus(status: string): status is ExchangeResponse['status'] {
  return Object.hasOwn(RESPONSE_CHECKS, status)
}

function isFeedItem(value: unknown): value is FeedItem {
  if (!isMembers(value)) return false
  const { position, atMs, type, body } = value as Partial<FeedItem>
  return isCount(position) && isCount(atMs) && isText(type) && isMembers(body)
}

function isMembers(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isCount(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0
}

function isText(value: unknown): boolean {
  return typeof value === 'string'
}

function refuse(field: string): Result<never, MessageRejection> {
  return err({ code: 'message_invalid', field })
}
