import { verifyOperatorList, type OperatorList } from '@nightmarket/kernel'
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
  OPERATORS_PATH,
  signRequest,
  type Uplink,
} from '@nightmarket/sync'

import type { Enrolment } from './enrolment.ts'

/** A till that runs: its journal, its way up, and who the market says it is. */
export interface Till {
  readonly device: BrowserDevice
  readonly stall: Stall
  readonly uplink: Uplink
  readonly enrolment: Enrolment
  /** The newest list of operators: from the market, or as it was kept from the last contact. */
  operators(): Promise<OperatorList | null>
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
