import type { OperatorList } from '@nightmarket/kernel'
import { openStall, type Stall } from '@nightmarket/stall'
import { defer, readClocks, setTimer, sha256 } from '@nightmarket/stall/browser'
import type { BrowserDevice } from '@nightmarket/storage/browser'
import { createHttpWire, createUplink, type Uplink } from '@nightmarket/sync'

import type { Enrolment } from './enrolment.ts'
import { readOperators } from './operators.ts'

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
    operators: () => readOperators(device, signer, enrolment.marketPublicKey),
  }
}
