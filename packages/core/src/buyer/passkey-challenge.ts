import { bytesToBase64Url, err, ok, type NodeId, type Result } from '@nightmarket/kernel'

import type { Core } from '../core.ts'

/** How long a passkey has for its answer: a person looks for their finger meanwhile. */
export const CHALLENGE_MS = 5 * 60_000

const CHALLENGE_BYTES = 32

/** What a challenge is good for, and for nothing else. */
export interface ChallengeScope {
  readonly purpose: 'register' | 'renew'
  /** The edge that asked. */
  readonly nodeId: NodeId
  /** The origin of the page that the passkey answers. */
  readonly origin: string
  /** The order whose buyer asks to be remembered. */
  readonly orderId: string | null
}

/** A page on this origin cannot have passkeys. */
export interface OriginUnfit {
  readonly code: 'passkey_origin_unfit'
  readonly origin: string
}

/** The relying party of an origin: its host, if browsers let it have passkeys. */
export function relyingPartyOf(origin: string): Result<string, OriginUnfit> {
  const unfit = err({ code: 'passkey_origin_unfit', origin } as const)
  if (!URL.canParse(origin)) return unfit
  const { protocol, hostname, origin: own } = new URL(origin)
  const isLocal = hostname === 'localhost' || hostname.endsWith('.localhost')
  const isAddress = /^[\d.]+$|^\[/.test(hostname)
  const isFit = own === origin && !isAddress && (protocol === 'https:' || isLocal)
  return isFit ? ok(hostname) : unfit
}

/** Make a challenge and keep it for its one use. What has run out goes. */
export async function issueChallenge(core: Core, scope: ChallengeScope): Promise<string> {
  const challenge = bytesToBase64Url(Uint8Array.from(core.randomBytes(CHALLENGE_BYTES)))
  const nowMs = core.nowMs()
  await core.books.transact('issue challenge', async (trx) => {
    await trx.deleteFrom('passkey_challenge').where('expires_at_ms', '<=', nowMs).execute()
    await trx
      .insertInto('passkey_challenge')
      .values({
        challenge,
        purpose: scope.purpose,
        node_id: scope.nodeId,
        origin: scope.origin,
        order_id: scope.orderId,
        expires_at_ms: nowMs + CHALLENGE_MS,
        used_at_ms: null,
      })
      .execute()
  })
  return challenge
}

/**
 * Use a challenge, in one guarded statement. `false` when it was used, has run out, or was made for
 * another purpose, edge, origin or order. [BU2]
 */
export async function spendChallenge(
  core: Core,
  challenge: string,
  scope: ChallengeScope,
): Promise<boolean> {
  const nowMs = core.nowMs()
  const updated = await core.books.transact('spend challenge', (trx) =>
    trx
      .updateTable('passkey_challenge')
      .set({ used_at_ms: nowMs })
      .where('challenge', '=', challenge)
      .where('purpose', '=', scope.purpose)
      .where('node_id', '=', scope.nodeId)
      .where('origin', '=', scope.origin)
      .where('order_id', scope.orderId === null ? 'is' : '=', scope.orderId)
      .where('expires_at_ms', '>', nowMs)
      .where('used_at_ms', 'is', null)
      .executeTakeFirst(),
  )
  return updated.numUpdatedRows === 1n
}
