import type { UplinkStatus } from '@nightmarket/sync'

import type { Till } from './till.ts'

const HEARD_KEY = 'nightmarket heard'

/**
 * How a till stands with its parent, also right after a cold start without a network: how far the
 * parent has its journal is kept beside it. A hint for the screen; nothing is decided by it.
 */
export function rememberedStatus({ stall, uplink }: Till): UplinkStatus {
  const status = uplink.status()
  const { nodeId, epoch } = stall.state
  const life = `${nodeId}/${epoch}`
  const kept = readHeard(life)
  const acknowledged = Math.max(status.acknowledged, kept.acknowledged)
  const heardThrough = Math.max(status.heardThrough, kept.heardThrough)
  if (acknowledged > kept.acknowledged || heardThrough > kept.heardThrough) {
    localStorage.setItem(HEARD_KEY, `${life} ${acknowledged} ${heardThrough}`)
  }
  const unsynced = Math.max(0, stall.head.sequence - acknowledged)
  return { ...status, acknowledged, heardThrough, unsynced }
}

function readHeard(life: string): Pick<UplinkStatus, 'acknowledged' | 'heardThrough'> {
  const [of, ...counts] = (localStorage.getItem(HEARD_KEY) ?? '').split(' ')
  const [acknowledged = 0, heardThrough = 0] = of === life ? counts.map(Number) : []
  const isWhole = Number.isSafeInteger(acknowledged) && Number.isSafeInteger(heardThrough)
  return isWhole ? { acknowledged, heardThrough } : { acknowledged: 0, heardThrough: 0 }
}
