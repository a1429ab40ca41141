import { sha256 as hashBytes } from '@noble/hashes/sha2.js'

import type { Digest } from '@nightmarket/kernel'

/** SHA-256 for the kernel in a browser, whose own is asynchronous only. */
export const sha256: Digest = (bytes) => hashBytes(bytes)
