import { z } from 'zod'

/** What a fault may be confined to: one kind of request. */
export const OPERATIONS = ['create', 'capture', 'cancel', 'refund', 'read', 'list'] as const

/** One kind of request. */
export type Operation = (typeof OPERATIONS)[number]

const bounds = {
  /** Ends after this many times. */
  count: z.int().min(1).max(1_000_000).optional(),
  /** Ends this many milliseconds after it was switched on. */
  forMs: z.int().min(1).max(86_400_000).optional(),
  /** How often it strikes where it could. */
  probability: z.number().gt(0).max(1).optional(),
  /** Makes its dice repeatable. */
  seed: z.int().min(0).max(0xffff_ffff).default(1),
}

const on = z.array(z.enum(OPERATIONS)).min(1).optional()
const delayMs = z.int().min(0).max(86_400_000)

/** Everything that can be made to go wrong. Each is bounded by count, time or probability. [SB9] */
export const faultSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('decline'),
      ...bounds,
      declineCode: z.string().default('generic_decline'),
      /** Only this payment method is declined. */
      paymentMethod: z.string().optional(),
    }),
    /** No answer comes; with `effect` the request was carried out all the same. */
    z.strictObject({ kind: z.literal('timeout'), ...bounds, effect: z.boolean(), on }),
    z.strictObject({ kind: z.literal('latency'), ...bounds, delayMs, on }),
    /** `unavailable` answers 503; `dropped` closes the connection without a byte. */
    z.strictObject({
      kind: z.literal('outage'),
      ...bounds,
      mode: z.enum(['unavailable', 'dropped']).default('unavailable'),
      on,
    }),
    z.strictObject({ kind: z.literal('rate_limit'), ...bounds, on }),
    z.strictObject({ kind: z.literal('late_webhook'), ...bounds, delayMs }),
    z.strictObject({
      kind: z.literal('duplicate_webhook'),
      ...bounds,
      copies: z.int().min(1).max(10).default(1),
    }),
    z.strictObject({ kind: z.literal('lost_webhook'), ...bounds }),
    /** A new intent shows in lists and searches only after this time. */
    z.strictObject({ kind: z.literal('list_lag'), ...bounds, delayMs }),
    /** With a delay the refund is pending first. */
    z.strictObject({
      kind: z.literal('refund_failure'),
      ...bounds,
      delayMs: delayMs.default(0),
      reason: z.string().default('expired_or_canceled_card'),
    }),
  ])
  .refine(
    ({ count, forMs, probability }) => (count ?? forMs ?? probability) !== undefined,
    'a fault is bounded: give count, forMs or probability',
  )

/** A fault as it is asked for. */
export type FaultSpec = z.infer<typeof faultSchema>

/** The name of a kind of fault. */
export type FaultKind = FaultSpec['kind']

/** A fault that is switched on, and how far it has come. */
export type Fault<Kind extends FaultKind = FaultKind> = Extract<FaultSpec, { kind: Kind }> & {
  readonly id: string
  readonly created: number
  readonly endsAtMs: number | null
  /** How often its dice were thrown, and how often it struck. */
  readonly draws: number
  readonly strikes: number
}

/** Whether a fault can still strike. */
export function isActive(fault: Fault, nowMs: number): boolean {
  const isSpent = fault.count !== undefined && fault.strikes >= fault.count
  return !isSpent && (fault.endsAtMs === null || nowMs < fault.endsAtMs)
}

/** The n-th throw of a fault's dice, in [0, 1): the same for the same seed, after a restart too. */
export function throwDice(seed: number, draw: number): number {
  let bits = Math.imul(seed ^ 0x9e37_79b9, 0x85eb_ca6b) ^ Math.imul(draw + 1, 0xc2b2_ae35)
  bits = Math.imul(bits ^ (bits >>> 16), 0x7feb_352d)
  bits = Math.imul(bits ^ (bits >>> 15), 0x846c_a68b)
  return ((bits ^ (bits >>> 16)) >>> 0) / 2 ** 32
}
