/**
 * Whether an Ed25519 signature speaks for a message. Synchronous: `node:crypto` on a server,
 * `@noble/curves` in a browser. Key and signature are base64 of 32 and 64 bytes.
 */
export type VerifySignature = (
  publicKey: string,
  message: Uint8Array,
  signature: string,
) => boolean

/** The length of an Ed25519 public key. */
export const PUBLIC_KEY_BYTES = 32

/** The length of an Ed25519 signature. */
export const SIGNATURE_BYTES = 64
