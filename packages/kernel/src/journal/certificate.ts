import { parseId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import { canonicalJson } from './canonical-json.ts'
import { isBase64Of, utf8ToBytes } from './encoding.ts'
import { findFieldInvalid, isCount, isMembers, type FieldChecks } from './fields.ts'
import type { NodeCertificate } from './receipt.ts'
import { PUBLIC_KEY_BYTES, SIGNATURE_BYTES } from './signature.ts'

/** The bytes that the market's key signs: RFC 8785 JSON of the certificate without signature. */
export function certificatePayload(
  certificate: Omit<NodeCertificate, 'signature'>,
): Uint8Array<ArrayBuffer> {
  const { nodeId, epoch, kind, publicKey, issuedAtMs } = certificate
  return utf8ToBytes(canonicalJson({ epoch, issuedAtMs, kind, nodeId, publicKey }))
}

const CERTIFICATE_CHECKS: FieldChecks<NodeCertificate> = {
  nodeId: (value) => parseId(value).ok,
  epoch: isCount,
  kind: (value) => value === 'edge' || value === 'till' || value === 'core',
  publicKey: (value) => isBase64Of(value, PUBLIC_KEY_BYTES),
  issuedAtMs: isCount,
  signature: (value) => isBase64Of(value, SIGNATURE_BYTES),
}

/** Turn untrusted JSON into a certificate, or name the wrong member. Checks no signature. */
export function parseCertificate(
  value: unknown,
): Result<NodeCertificate, { readonly code: 'certificate_malformed'; readonly field: string }> {
  const field = isMembers(value) ? findFieldInvalid(value, CERTIFICATE_CHECKS) : 'certificate'
  if (field !== null) return err({ code: 'certificate_malformed', field })
  return ok(value as NodeCertificate)
}
