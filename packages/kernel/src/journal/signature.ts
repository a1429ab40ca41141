/**
 * Whether an Ed25519 signature speaks for a message. Synchronous: `node:crypto` on a server,
 * `@noble/curves` in a browser. Key and signature are base64 of 32 and 64 bytes.
 */
export type VerifySignature = (
  publicKey: string,
  message: Uint8Array,
  signature: string,
) => boolean

/** The lengths of Ed25519's public keys and signatures. */
export const PUBLIC_KEY_BYTES = 32
export const SIGNATURE_BYTES = 64
