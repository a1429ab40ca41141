import {
  bytesToHex,
  canonicalJson,
  err,
  ok,
  utf8ToBytes,
  type Result,
} from '@nightmarket/kernel'

import type { Core } from '../core.ts'
import type { BooksTransaction } from '../database/books-database.ts'

/** The id of one request, made by whoever asks before the first byte leaves. */
export interface NamedRequest {
  /** Without it, the same request again is another one. */
  readonly requestId?: string | undefined
}

/** The same id was sent with another request: nothing is done. */
export interface RequestReused {
  readonly code: 'idempotency_key_reused'
}

/**
 * Do what a request asks for once, and answer the same when it is sent again.
 *
 * The answer is kept in the transaction that did the work, so that a commit whose answer was lost
 * is not repeated. A refusal has changed nothing, and is decided anew. `asked` is all that the
 * request says; `answer` must be plain data.
 */
export async function answerOnce<T, E>(
  core: Pick<Core, 'digest' | 'nowMs'>,
  trx: BooksTransaction,
  { requestId, ...asked }: NamedRequest & { readonly verb: string },
  work: () => Promise<Result<T, E>>,
): Promise<Result<T, E | RequestReused>> {
  if (requestId === undefined) return work()
  const hash = bytesToHex(core.digest(utf8ToBytes(canonicalJson(asked))))
  const known = await trx
    .selectFrom('answered_request')
    .selectAll()
    .where('request_id', '=', requestId)
    .executeTakeFirst()
  if (known !== undefined) {
    if (known.request_hash !== hash) return err({ code: 'idempotency_key_reused' })
    return ok(JSON.parse(known.answer) as T)
  }
  const answer = await work()
  if (!answer.ok) return answer
  const answered = { answer: JSON.stringify(answer.value), answered_at_ms: core.nowMs() }
  const row = { request_id: requestId, request_hash: hash, ...answered }
  await trx.insertInto('answered_request').values(row).execute()
  return answer
}
