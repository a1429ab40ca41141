import {
  bytesToHex,
  err,
  isBase64Of,
  ok,
  parseId,
  SIGNATURE_BYTES,
  utf8ToBytes,
  type Digest,
  type NodeId,
  type Result,
  type VerifySignature,
} from '@nightmarket/kernel'

/** Who sends a request: `<nodeId>/<epoch>`. */
export const NODE_HEADER = 'nightmarket-node'

/** Base64 of Ed25519 over the request, by the key that the node was enrolled with. */
export const SIGNATURE_HEADER = 'nightmarket-signature'

/** What a signature speaks for. A changed method, address or body breaks it. */
export interface SignedRequest {
  readonly method: string
  /** Path and query as they are sent, from the first slash. */
  readonly path: string
  readonly body: string
}

/** The node that signs, and how. */
export interface RequestSigner {
  readonly nodeId: NodeId
  readonly epoch: number
  /** Ed25519 over the message, base64; at once, or by a promise as WebCrypto does. */
  readonly sign: (message: Uint8Array) => string | Promise<string>
  readonly digest: Digest
}

/** Who a request says it is from, before anybody has checked it. */
export interface RequestClaim {
  readonly nodeId: NodeId
  readonly epoch: number
  readonly signature: string
}

/**
 * The headers that prove who sends a request. [SY1]
 *
 * There is no nonce and no time in them: whatever is signed is idempotent, so that sending it
 * again, by whomever, changes nothing.
 */
export async function signRequest(
  request: SignedRequest,
  signer: RequestSigner,
): Promise<Readonly<Record<string, string>>> {
  const { nodeId, epoch, sign, digest } = signer
  return {
    [NODE_HEADER]: `${nodeId}/${epoch}`,
    [SIGNATURE_HEADER]: await sign(signedMessage(request, digest)),
  }
}

/** Read the two headers of an untrusted request. [SY2] */
export function parseRequestClaim(
  header: (name: string) => string | null | undefined,
): Result<RequestClaim, { readonly code: 'signature_missing' | 'signature_malformed' }> {
  const node = header(NODE_HEADER) ?? null
  const signature = header(SIGNATURE_HEADER) ?? null
  if (node === null || signature === null) return err({ code: 'signature_missing' })
  const [name, epochText, ...rest] = node.split('/')
  const nodeId = parseId<'node'>(name)
  const isEpoch = epochText !== undefined && /^[1-9]\d{0,14}$/.test(epochText)
  if (!nodeId.ok || !isEpoch || rest.length > 0 || !isBase64Of(signature, SIGNATURE_BYTES)) {
    return err({ code: 'signature_malformed' })
  }
  return ok({ nodeId: nodeId.value, epoch: Number(epochText), signature })
}

/** Whether the claim's signature is the key's over exactly this request. [SY1] */
export function isRequestSigned(
  request: SignedRequest,
  claim: RequestClaim,
  by: {
    readonly publicKey: string
    readonly verify: VerifySignature
    readonly digest: Digest
  },
): boolean {
  return by.verify(by.publicKey, signedMessage(request, by.digest), claim.signature)
}

function signedMessage({ method, path, body }: SignedRequest, digest: Digest): Uint8Array {
  return utf8ToBytes(`${method} ${path}\n${bytesToHex(digest(utf8ToBytes(body)))}`)
}
