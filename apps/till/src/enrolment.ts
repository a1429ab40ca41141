import {
  certificatePayload,
  parseCertificate,
  type NodeCertificate,
} from '@nightmarket/kernel'
import { verifySignature } from '@nightmarket/stall/browser'
import type { BrowserDevice } from '@nightmarket/storage/browser'
import { ENROL_PATH } from '@nightmarket/sync'

/** Who a device is, as its parent told it. */
export interface Enrolment {
  readonly certificate: NodeCertificate
  readonly marketPublicKey: string
}

/** Why a code did not enrol this device; `unreachable` without an answer. */
export class EnrolmentRefused extends Error {
  override readonly name = 'EnrolmentRefused'
  readonly code: string
  constructor(code: string, options?: ErrorOptions) {
    super(`not enrolled: ${code}`, options)
    this.code = code
  }
}

/** Become a till of the market that served this page. Repeating it gets the same answer. */
export async function enrol(device: BrowserDevice, code: string, name: string): Promise<Enrolment> {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ code, publicKey: device.publicKey, name })
  const response = await fetch(ENROL_PATH, { method: 'POST', headers, body }).catch((cause) => {
    throw new EnrolmentRefused('unreachable', { cause })
  })
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw new EnrolmentRefused(textOf(answer, 'code') ?? String(response.status))
  const enrolment = parseEnrolment(answer, device.publicKey)
  if (enrolment === null) throw new EnrolmentRefused('market_foreign')
  await device.keepEnrolment(enrolment)
  return enrolment
}

/**
 * Read an enrolment, from the network or from the device: `null` when it is none, when the market
 * it names did not sign it, or when it is for another key than this device's. A
 * tab that only looks on does not know the key: there `null` stands for any.
 */
export function parseEnrolment(value: unknown, publicKey: string | null): Enrolment | null {
  const marketPublicKey = textOf(value, 'marketPublicKey')
  const certificate = parseCertificate(memberOf(value, 'certificate'))
  if (!certificate.ok || marketPublicKey === null) return null
  const { signature, kind } = certificate.value
  const payload = certificatePayload(certificate.value)
  const isSigned = verifySignature(marketPublicKey, payload, signature)
  const isOurKey = publicKey === null || certificate.value.publicKey === publicKey
  const isOurs = isOurKey && kind === 'till'
  return isSigned && isOurs ? { certificate: certificate.value, marketPublicKey } : null
}

/**
 * The code in what was scanned, typed or opened: the address that the QR shows has it behind its
 * `#`, which no browser sends to a server. `null` when there is none.
 */
export function enrolmentCodeOf(text: string): string | null {
  if (!URL.canParse(text)) return CODE.test(text.trim()) ? text.trim() : null
  return new URLSearchParams(new URL(text).hash.slice(1)).get('enrol')
}

/** As it is typed: in any case, with or without its hyphens. */
const CODE = /^[0-9a-z]+(-[0-9a-z]+)*$/i

function textOf(value: unknown, key: string): string | null {
  const found = memberOf(value, key)
  return typeof found === 'string' ? found : null
}

function memberOf(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null) return null
  return Object.entries(value).find(([name]) => name === key)?.[1]
}
