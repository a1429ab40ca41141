import type { PayKey, RefundId } from '@nightmarket/kernel'
import {
  ProcessorFault,
  type AuthorizeRequest,
  type Charge,
  type ConflictReason,
  type Refund,
} from '@nightmarket/payments'

/** A charge as the bank keeps it. Amounts in minor units. */
export interface BankCharge {
  charge: Charge
  readonly requestText: string
  readonly requestedAtMs: number
  readonly refunds: Map<RefundId, Refund>
  disputedAtMs: number | null
}

/** Something the bank wants to tell. */
export interface BankNews {
  readonly noticeId: string
  readonly chargeId: string
  readonly type: string
}

/** How long a key is the same charge; after that the same request is a new one. */
const KEY_MS = 24 * 3_600_000
const FEE_BASIS_POINTS = 150

/**
 * What the processor itself holds: charges, refunds, disputes. Everything here is the truth about
 * money in a universe; calls are answered at once and without faults, the line to it has those.
 */
export class Bank {
  readonly charges = new Map<string, BankCharge>()
  readonly byKey = new Map<PayKey, BankCharge[]>()
  /** Refunds that were asked for after the cardholder had disputed the charge. */
  refundsAfterDispute = 0
  readonly #nowMs: () => number
  readonly #tell: (news: BankNews) => void
  #numbers = 0

  constructor(nowMs: () => number, tell: (news: BankNews) => void) {
    this.#nowMs = nowMs
    this.#tell = tell
  }

  authorize(request: AuthorizeRequest, isSlow: boolean): Charge {
    const requestText = JSON.stringify(request)
    const nowMs = this.#nowMs()
    const made = this.byKey.get(request.payKey)?.at(-1)
    if (made !== undefined && nowMs - made.requestedAtMs < KEY_MS) {
      if (made.requestText !== requestText) throw conflict('key_reused')
      return made.charge
    }
    const isDeclined = request.reference.includes('decline')
    const state = isSlow ? 'pending' : isDeclined ? 'declined' : settledState(request)
    const bankCharge: BankCharge = {
      charge: this.#chargeOf(request, state),
      requestText,
      requestedAtMs: nowMs,
      refunds: new Map(),
      disputedAtMs: null,
    }
    this.charges.set(bankCharge.charge.chargeId, bankCharge)
    this.byKey.set(request.payKey, [...(this.byKey.get(request.payKey) ?? []), bankCharge])
    this.#news(bankCharge, `charge.${state}`)
    return bankCharge.charge
  }

  /** A charge that hung comes to its end: late, and for better or worse. */
  settlePending(chargeId: string): void {
    const found = this.charges.get(chargeId)
    if (found?.charge.state !== 'pending') return
    const request = JSON.parse(found.requestText) as AuthorizeRequest
    const state = request.reference.includes('decline') ? 'declined' : settledState(request)
    const { chargeId: _, createdAtMs: __, ...fields } = this.#chargeOf(request, state)
    found.charge = { ...found.charge, ...fields }
    this.#news(found, `charge.${state}`)
  }

  capture(chargeId: string): Charge {
    const found = this.#find(chargeId)
    const { charge } = found
    if (charge.state === 'captured') return charge
    if (charge.state !== 'authorized') throw conflict(`charge_${charge.state}`)
    found.charge = {
      ...charge,
      state: 'captured',
      capturedMinor: charge.amountMinor,
      feeMinor: fee(charge),
    }
    this.#news(found, 'charge.captured')
    return found.charge
  }

  void(chargeId: string): Charge {
    const found = this.#find(chargeId)
    const { charge } = found
    if (charge.state === 'voided') return charge
    if (charge.state !== 'authorized' && charge.state !== 'pending') {
      throw conflict(`charge_${charge.state}`)
    }
    found.charge = { ...charge, state: 'voided' }
    this.#news(found, 'charge.voided')
    return found.charge
  }

  refund(refundId: RefundId, chargeId: string, amountMinor: number, isSlow: boolean): Refund {
    const found = this.#find(chargeId)
    const known = found.refunds.get(refundId)
    if (known !== undefined) {
      if (known.amountMinor !== amountMinor) throw conflict('key_reused')
      return known
    }
    if (found.disputedAtMs !== null) {
      this.refundsAfterDispute += 1
      throw conflict('charge_disputed')
    }
    const { charge } = found
    if (charge.refundedMinor + amountMinor > charge.capturedMinor) {
      throw conflict('refund_exceeds_captured')
    }
    const state = isSlow ? 'pending' : 'succeeded'
    const made: Refund = { refundId, processorRefundId: this.#nextId('re'), state, amountMinor }
    found.refunds.set(refundId, made)
    found.charge = { ...charge, refundedMinor: charge.refundedMinor + amountMinor }
    this.#news(found, 'charge.refunded')
    return made
  }

  /** A refund that hung has arrived. */
  settleRefund(chargeId: string, refundId: RefundId): void {
    const found = this.charges.get(chargeId)
    const refund = found?.refunds.get(refundId)
    if (found === undefined || refund?.state !== 'pending') return
    found.refunds.set(refundId, { ...refund, state: 'succeeded' })
    this.#news(found, 'charge.refunded')
  }

  read(chargeId: string): Charge {
    return this.#find(chargeId).charge
  }

  lookup(payKey: PayKey): Charge | null {
    return this.byKey.get(payKey)?.at(-1)?.charge ?? null
  }

  /** Charges made from one moment up to another, oldest first. */
  list(sinceMs: number, untilMs: number): readonly Charge[] {
    return [...this.charges.values()]
      .map(({ charge }) => charge)
      .filter(({ createdAtMs }) => createdAtMs >= sinceMs && createdAtMs <= untilMs)
  }

  /** A cardholder goes to the bank. Whether there was anything to dispute. */
  dispute(chargeId: string): boolean {
    const found = this.charges.get(chargeId)
    if (found?.charge.state !== 'captured' || found.disputedAtMs !== null) return false
    found.disputedAtMs = this.#nowMs()
    found.charge = { ...found.charge, disputedMinor: found.charge.capturedMinor }
    this.#news(found, 'charge.dispute.created')
    return true
  }

  /**
   * Money that the bank takes after all, for a charge that it had said no to or had let go: also
   * what was declined or voided may be captured in the end. Whether there was such a charge.
   */
  captureLate(chargeId: string): boolean {
    const found = this.charges.get(chargeId)
    if (found?.charge.state !== 'declined' && found?.charge.state !== 'voided') return false
    const { charge } = found
    const { amountMinor: capturedMinor } = charge
    found.charge = { ...charge, state: 'captured', capturedMinor, feeMinor: fee(charge) }
    this.#news(found, 'charge.captured')
    return true
  }

  #find(chargeId: string): BankCharge {
    const found = this.charges.get(chargeId)
    if (found === undefined) throw conflict('charge_unknown')
    return found
  }

  #chargeOf(request: AuthorizeRequest, state: Charge['state']): Charge {
    const { payKey, origin, amountMinor, currency } = request
    const isCaptured = state === 'captured'
    return {
      chargeId: this.#nextId('ch'),
      payKey,
      origin,
      state,
      amountMinor,
      capturedMinor: isCaptured ? amountMinor : 0,
      refundedMinor: 0,
      disputedMinor: 0,
      feeMinor: isCaptured ? fee({ amountMinor }) : 0,
      currency,
      createdAtMs: this.#nowMs(),
      declineCode: state === 'declined' ? 'insufficient_funds' : null,
    }
  }

  #nextId(kind: string): string {
    this.#numbers += 1
    return `${kind}_${this.#numbers}`
  }

  #news({ charge }: BankCharge, type: string): void {
    this.#numbers += 1
    this.#tell({ noticeId: `evt_${this.#numbers}`, chargeId: charge.chargeId, type })
  }
}

function settledState({ capture }: AuthorizeRequest): 'captured' | 'authorized' {
  return capture ? 'captured' : 'authorized'
}

function fee({ amountMinor }: { readonly amountMinor: number }): number {
  return Math.floor((amountMinor * FEE_BASIS_POINTS) / 10_000)
}

function conflict(reason: ConflictReason): ProcessorFault {
  return new ProcessorFault('conflict', reason, { reason })
}
