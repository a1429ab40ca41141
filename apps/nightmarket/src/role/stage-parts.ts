import { fileURLToPath } from 'node:url'

import { STRIPE_SCRIPT_URL, type StageFile, type StageParts } from '@nightmarket/edge'
import { readStageFiles, readTillFiles } from '@nightmarket/edge/host'

import { createVerifier } from '../host/crypto.ts'

/** Where `npm run build` puts the stage. */
const DIST = fileURLToPath(new URL('../../../stage/dist', import.meta.url))

/** The environment variable that puts Stripe's own form on the page. It is not a secret. */
const PUBLISHABLE_KEY_VARIABLE = 'STRIPE_PUBLISHABLE_KEY'

/** The viewer's pages; `null` when they were not built. */
export function openStageParts(options: {
  readonly marketPublicKey: string
  readonly publicUrl: string | null
  /** The sandbox whose stand-in for Stripe.js is shown; absent: Stripe’s own. */
  readonly sandboxUrl?: string | null
}): StageParts | null {
  const files = readStageFiles(DIST)
  if (files === null) return null
  const publishableKey = process.env[PUBLISHABLE_KEY_VARIABLE] ?? ''
  const isStripe = publishableKey !== ''
  const { marketPublicKey, publicUrl, sandboxUrl = null } = options
  const scriptUrl = sandboxUrl === null ? STRIPE_SCRIPT_URL : `${sandboxUrl}/stripe/v3/`
  return {
    ...files,
    marketPublicKey,
    publicUrl,
    payments: isStripe ? { kind: 'stripe', publishableKey, scriptUrl } : { kind: 'sandbox' },
    verify: createVerifier(),
  }
}

/** Where `npm run build` puts the till. */
const TILL_DIST = fileURLToPath(new URL('../../../till/dist', import.meta.url))

/** The till's app; `null` when it was not built. */
export function openTillFiles(): ReadonlyMap<string, StageFile> | null {
  return readTillFiles(TILL_DIST)
}
