import { fileURLToPath } from 'node:url'

import type { StageParts } from '@nightmarket/edge'
import { readStageFiles } from '@nightmarket/edge/host'

import { createVerifier } from '../host/crypto.ts'

/** Where `npm run build` puts the stage. */
const DIST = fileURLToPath(new URL('../../../stage/dist', import.meta.url))

/** The environment variable that puts Stripe's own form on the page. It is not a secret. */
const PUBLISHABLE_KEY_VARIABLE = 'STRIPE_PUBLISHABLE_KEY'

/** The viewer's pages; `null` when they were not built. */
export function openStageParts(options: {
  readonly marketPublicKey: string
  readonly publicUrl: string | null
}): StageParts | null {
  const files = readStageFiles(DIST)
  if (files === null) return null
  const publishableKey = process.env[PUBLISHABLE_KEY_VARIABLE] ?? ''
  const isStripe = publishableKey !== ''
  return {
    ...files,
    ...options,
    payments: isStripe ? { kind: 'stripe', publishableKey } : { kind: 'sandbox' },
    verify: createVerifier(),
  }
}
