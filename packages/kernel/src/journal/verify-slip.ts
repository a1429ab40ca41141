import { parseId } from '../id.ts'
import { err, ok, type Result } from '../result.ts'
import type { LeaseHanded, SlipProof } from '../stall/handover.ts'
import { findFieldInvalid, isCount, isMembers, type FieldChecks } from './fields.ts'
import type { Slip } from './receipt.ts'
import { verifyProof, type ProofCheck, type ReceiptRejection } from './verify-receipt.ts'

/** Why a slip proves nothing: as with a receipt, or its entry hands nothing over. */
export type SlipRejection =
  | ReceiptRejection
  | { readonly code: 'slip_field_invalid'; readonly field: string }

const isId = (value: unknown) => parseId(value).ok
const isPositive = (value: unknown) => isCount(value) && Number(value) > 0

const HANDED_CHECKS: FieldChecks<LeaseHanded> = {
  transferId: isId,
  leaseId: isId,
  dropId: isId,
  itemId: isId,
  quantity: isPositive,
  sellUntilMs: isCount,
  toNodeId: isId,
  toEpoch: isPositive,
  operatorId: (value) => value === null || isId(value),
}

/**
 * Check an untrusted slip offline, with nothing but the market's public key (base64).
 *
 * - [SL5] A slip proves, as a receipt does, that a node of this market handed over just these
 *   units, to just one node. Whatever else was sent is refused with what is wrong.
 */
export function verifySlip(
  slip: unknown,
  marketPublicKey: string,
  check: ProofCheck,
): Result<SlipProof & { readonly slip: Slip }, SlipRejection> {
  const proven = verifyProof(slip, 'nightmarket-slip/1', marketPublicKey, check)
  if (!proven.ok) return proven
  const { entry, certificate } = proven.value
  if (entry.type !== 'lease.handed') {
    const actual = entry.type
    return err({ code: 'entry_type_mismatch', expected: 'lease.handed', actual })
  }
  const { body } = entry
  const field = isMembers(body) ? findFieldInvalid(body, HANDED_CHECKS) : 'body'
  if (field !== null) return err({ code: 'slip_field_invalid', field })
  const handed = body as unknown as LeaseHanded
  const { nodeId: giverNodeId, epoch: giverEpoch } = certificate
  return ok({ handed, giverNodeId, giverEpoch, handedAtMs: entry.atMs, slip: slip as Slip })
}
