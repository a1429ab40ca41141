import { err, ok, type NodeId, type Result } from '@nightmarket/kernel'
import { readText, type BorderRejection } from '@nightmarket/http'
import { parseRequestClaim } from '@nightmarket/sync'
import type { Context } from 'hono'

import type { Core } from '../core.ts'
import { authenticateNode, type NodeRefusal } from '../node/authenticate-node.ts'

/** A request that its node has signed. */
export interface SignedBody {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly body: string
}

type Refused =
  | NodeRefusal
  | { readonly code: 'signature_missing' | 'signature_malformed' }
  | Extract<BorderRejection, { readonly code: 'body_too_large' }>

/** Read a node's request once it is known to be its own. [CR2] */
export async function readSigned(
  core: Core,
  c: Context,
  bodyBytesMax: number,
): Promise<Result<SignedBody, Refused>> {
  const claim = parseRequestClaim((name) => c.req.header(name))
  if (!claim.ok) return claim
  const text = await readText(c.req.raw, bodyBytesMax)
  if (!text.ok) return text
  const { pathname, search } = new URL(c.req.url)
  const request = { method: c.req.method, path: pathname + search, body: text.value }
  const node = await authenticateNode(core, request, claim.value)
  if (!node.ok) return err(node.error)
  const { nodeId, epoch } = claim.value
  return ok({ nodeId, epoch, body: text.value })
}
