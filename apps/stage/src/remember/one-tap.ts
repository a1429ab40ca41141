import { tapText, type BuyerPass } from '@nightmarket/kernel'
import {
  startAuthentication,
  type PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

import type { Payment } from '../buy/wish.ts'
import { askEdge } from '../edge/ask-edge.ts'
import { keepPass } from './pass.ts'

/** What is paid with one tap. */
export interface TapWish {
  readonly orderId: string
  readonly payKey: string
  /** The most that may be paid: what the page says. */
  readonly amountMinor: number
}

/**
 * Let the owner of a kept method confirm one payment: the passkey signs the order, so that nothing
 * else can be bought with it. `null`: they did not.
 */
export async function tapToPay(pass: BuyerPass, wish: TapWish): Promise<Payment | null> {
  const { methodId } = pass
  const { payKey, amountMinor } = wish
  const text = new TextEncoder().encode(tapText({ ...wish, methodId }))
  const challenge = base64Url(await crypto.subtle.digest('SHA-256', text))
  const assertion = await answer({
    challenge,
    rpId: location.hostname,
    allowCredentials: [{ id: pass.credentialId, type: 'public-key' }],
    userVerification: 'required',
  })
  if (assertion === null) return null
  const proof = { pass, amountMinor, assertion }
  return { payKey, method: 'card', reference: methodId, proof }
}

/** Get a new pass for a passkey that this device has. `null`: there is none that is known. */
export async function recognise(): Promise<BuyerPass | null> {
  const ask = <Body>(path: string, body: object) =>
    askEdge<Body>(location.origin, { method: 'POST', path, body, timeoutMs: 15_000 })
  const asked = await ask<PublicKeyCredentialRequestOptionsJSON>('/v1/passkeys/challenge', {})
  if (asked?.status !== 200) return null
  const response = await answer(asked.body)
  if (response === null) return null
  const known = await ask<BuyerPass>('/v1/passkeys/recognise', { response })
  if (known?.status !== 200) return null
  keepPass(known.body)
  return known.body
}

/** Whoever cancels, waits too long or has no passkey here has not answered. */
async function answer(optionsJSON: PublicKeyCredentialRequestOptionsJSON) {
  try {
    return await startAuthentication({ optionsJSON })
  } catch {
    return null
  }
}

function base64Url(bytes: ArrayBuffer): string {
  const text = btoa(String.fromCharCode(...new Uint8Array(bytes)))
  return text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
