import {
  parseCertificate,
  verifyOperatorList,
  type NodeCertificate,
  type OperatorList,
} from '@nightmarket/kernel'
import { openStall, type Stall } from '@nightmarket/stall'
import {
  defer,
  readClocks,
  setTimer,
  sha256,
  verifySignature,
} from '@nightmarket/stall/browser'
import type { BrowserDevice } from '@nightmarket/storage/browser'
import {
  createHttpWire,
  createUplink,
  ENROL_PATH,
  OPERATORS_PATH,
  signRequest,
  type Uplink,
} from '@nightmarket/sync'

/** A till that runs: its journal, its way up, and who the market says it is. */
export interface Till {
  readonly device: BrowserDevice
  readonly stall: Stall
  readonly uplink: Uplink
  readonly enrolment: Enrolment
  /** The newest list of operators: from the market, or as it was kept from the last contact. */
  operators(): Promise<OperatorList | null>
}

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
  const marketPublicKey = textOf(answer, 'marketPublicKey')
  const certificate = parseCertificate(
    typeof answer === 'object' && answer !== null && 'certificate' in answer
      ? answer.certificate
      : null,
  )
  if (!certificate.ok || marketPublicKey === null) throw new EnrolmentRefused('market_foreign')
  const enrolment = { certificate: certificate.value, marketPublicKey }
  await device.keepEnrolment(enrolment)
  return enrolment
}

function textOf(value: unknown, key: string): string | null {
  if (typeof value !== 'object' || value === null) return null
  const found: unknown = Object.entries(value).find(([name]) => name === key)?.[1]
  return typeof found === 'string' ? found : null
}

/** Open the journal of an enrolled device and start to sync. Throws `StallFault`. */
export async function startTill(
  device: BrowserDevice,
  enrolment: Enrolment,
  onDefect: (error: unknown) => void,
  onChange: () => void,
): Promise<Till> {
  const { certificate } = enrolment
  const { nodeId, epoch } = certificate
  const sign = (message: Uint8Array) => device.sign(message)
  const clocks = { digest: sha256, now: readClocks, setTimer, defer, onDefect }
  const identity = { certificate, sign }
  const stall = await openStall({ store: device.journal, identity, ...clocks })
  const signer = { nodeId, epoch, sign, digest: sha256 }
  const wire = createHttpWire({
    parentUrl: location.origin,
    signer,
    fetch: (address, init) => fetch(address, init),
  })
  const uplink = createUplink({
    stall,
    wire,
    now: readClocks,
    setTimer,
    random: Math.random,
    onDefect,
    onChange,
  })
  return {
    device,
    stall,
    uplink,
    enrolment,
    async operators() {
      const request = { method: 'GET', path: OPERATORS_PATH, body: '' }
      const kept = localStorage.getItem(OPERATORS_KEY)
      const fetched = await signRequest(request, signer)
        .then((headers) => {
          const signal = AbortSignal.timeout(OPERATORS_MS_MAX)
          return fetch(OPERATORS_PATH, { headers, signal })
        })
        .then((response) => (response.ok ? response.text() : null))
        .catch(() => null)
      for (const text of [fetched, kept]) {
        const list = text === null ? null : readList(text, enrolment.marketPublicKey)
        if (list === null || text === null) continue
        localStorage.setItem(OPERATORS_KEY, text)
        return list
      }
      return null
    },
  }
}

/** How long a sign-in waits for news of who works here before it goes by what it knows. */
const OPERATORS_MS_MAX = 3_000

/** The list is signed by the market, so that where it is kept does not matter. */
const OPERATORS_KEY = 'nightmarket operators'

function readList(text: string, marketPublicKey: string): OperatorList | null {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return null
  }
  const list = verifyOperatorList(value, marketPublicKey, verifySignature)
  return list.ok ? list.value : null
}
