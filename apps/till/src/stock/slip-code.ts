import { packText, type NodeId, type Slip } from '@nightmarket/kernel'

import { readPacked } from '../read-packed.ts'
import type { Till } from '../till.ts'

/** What a slip's code begins with, so that a scanner tells it from a barcode. */
const SLIP_PREFIX = 'nightmarket-slip:'
/** What a till's own code begins with. */
const TILL_PREFIX = 'nightmarket-till:'

/** A node that units can be handed to. */
export interface TakingTill {
  readonly nodeId: NodeId
  readonly epoch: number
}

/** A slip as its QR carries it. */
export function slipToCode(slip: Slip): string {
  return SLIP_PREFIX + packText(slip)
}

/** What a scanned or pasted code of a slip says, unchecked; `null` when it is none. */
export function codeToSlip(text: string): unknown {
  const code = text.trim()
  return readPacked(code.startsWith(SLIP_PREFIX) ? code.slice(SLIP_PREFIX.length) : code)
}

/** Who this till is, as the till that gives units scans it. */
export function tillToCode({ stall }: Till): string {
  return `${TILL_PREFIX}${stall.state.nodeId}/${stall.state.epoch}`
}

/** The till that a scanned or typed code names; `null` when it names none. */
export function codeToTill(text: string): TakingTill | null {
  const match = /^(?:nightmarket-till:)?([\w-]{1,64})\/([1-9]\d{0,8})$/.exec(text.trim())
  const [, nodeId, epoch] = match ?? []
  return nodeId === undefined ? null : { nodeId: nodeId as NodeId, epoch: Number(epoch) }
}
