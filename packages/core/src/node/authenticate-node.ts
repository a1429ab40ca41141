import { err, ok, type Result } from '@nightmarket/kernel'
import { isRequestSigned, type RequestClaim, type SignedRequest } from '@nightmarket/sync'

import type { Core } from '../core.ts'
import type { Row } from '../database/books-tables.ts'
import { findNode } from './enrol-node.ts'

/** Why a request is not taken from the node that it names. */
export type NodeRefusal = {
  readonly code: 'node_unknown' | 'node_revoked' | 'epoch_retired' | 'signature_invalid'
}

/**
 * Decide whether a request is from the node that it names.
 *
 * [NO5] Its key of its current epoch has signed this very request, and it was not revoked. A
 * quarantined node may still speak: what it accepted is wanted, what it says is kept apart.
 */
export function checkNodeRequest(
  node: Pick<Row<'node'>, 'epoch' | 'public_key' | 'state'> | undefined,
  request: SignedRequest,
  claim: RequestClaim,
  { digest, verify }: Pick<Core, 'digest' | 'verify'>,
): Result<null, NodeRefusal> {
  if (node === undefined) return err({ code: 'node_unknown' })
  if (node.epoch !== claim.epoch) return err({ code: 'epoch_retired' })
  const by = { publicKey: node.public_key, verify, digest }
  if (!isRequestSigned(request, claim, by)) return err({ code: 'signature_invalid' })
  return node.state === 'revoked' ? err({ code: 'node_revoked' }) : ok(null)
}

/** The same against the books: the node itself when the request is its own. */
export async function authenticateNode(
  core: Core,
  request: SignedRequest,
  claim: RequestClaim,
): Promise<Result<Row<'node'>, NodeRefusal>> {
  const node = await core.books.read('authenticate node', (trx) => findNode(trx, claim.nodeId))
  const checked = checkNodeRequest(node, request, claim, core)
  if (!checked.ok) return checked
  return node === undefined ? err({ code: 'node_unknown' }) : ok(node)
}
