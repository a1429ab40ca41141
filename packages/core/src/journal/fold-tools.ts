import type { ProofCheck } from '@nightmarket/kernel'

import type { Core } from '../core.ts'

/** What folding checks hashes and proofs with. */
export interface FoldTools extends ProofCheck {
  readonly marketPublicKey: string
}

/** The core's own. */
export function foldTools({ digest, verify, marketKey }: Core): FoldTools {
  return { digest, verify, marketPublicKey: marketKey.publicKey }
}
