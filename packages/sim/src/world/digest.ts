import { hash } from 'node:crypto'

import type { Digest } from '@nightmarket/kernel'

/** SHA-256, as every node of the universe has it. */
export const sha256: Digest = (bytes) => hash('sha256', bytes, 'buffer')
