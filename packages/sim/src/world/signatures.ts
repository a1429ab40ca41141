import { createHash } from 'node:crypto'

/** A key pair of the universe. */
export interface SimKey {
  /** 32 bytes, base64. */
  readonly publicKey: string
  readonly sign: (message: Uint8Array) => string
}

/**
 * Signatures that a seed decides: SHA-512 over the secret and the message, checked by who knows all
 * secrets. As long as Ed25519's and a tenth of its work; nobody in a universe forges one by luck.
 */
export class SimSignatures {
  readonly #secrets = new Map<string, string>()

  createKey(name: string): SimKey {
    const publicKey = createHash('sha256').update(`public ${name}`).digest('base64')
    this.#secrets.set(publicKey, name)
    return { publicKey, sign: (message) => signBy(name, message) }
  }

  readonly verify = (publicKey: string, message: Uint8Array, signature: string): boolean => {
    const secret = this.#secrets.get(publicKey)
    return secret !== undefined && signBy(secret, message) === signature
  }
}

function signBy(secret: string, message: Uint8Array): string {
  return createHash('sha512').update(`secret ${secret}\0`).update(message).digest('base64')
}
