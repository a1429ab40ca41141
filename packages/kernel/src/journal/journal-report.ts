import type { NodeId } from '../id.ts'
import type { JournalHead } from './entry.ts'
import type { SealRejection } from './seal.ts'
import type { ProofCheck } from './verify-receipt.ts'

/** Whose journal is checked, with which key and primitives. */
export interface JournalTrust extends ProofCheck {
  readonly nodeId: NodeId
  readonly epoch: number
  /** The node's Ed25519 public key, base64. */
  readonly publicKey: string
}

/** What is wrong at one place of a journal. `expected` is what the rest of the journal says. */
export type JournalViolation =
  | SealRejection
  | { readonly code: 'entry_out_of_order'; readonly sequence: number; readonly after: number }
  | Span<'entries_missing'>
  | Span<'entries_uncovered'>
  | (Expectation<'entry_origin_mismatch'> & { readonly sequence: number })
  | (Expectation<'checkpoint_origin_mismatch'> & { readonly size: number })
  | (Expectation<'checkpoint_root_mismatch'> & { readonly size: number })
  | { readonly code: 'checkpoint_signature_invalid'; readonly size: number }
  | { readonly code: 'checkpoint_malformed'; readonly size: number; readonly field: string }
  | { readonly code: 'checkpoint_out_of_order'; readonly size: number; readonly after: number }
  /** Roots from here on cannot be held against entries, because earlier entries are lost. */
  | { readonly code: 'roots_unchecked'; readonly fromSize: number; readonly count: number }

interface Span<Code extends string> {
  readonly code: Code
  readonly fromSequence: number
  readonly throughSequence: number
}

interface Expectation<Code extends string> {
  readonly code: Code
  readonly expected: string
  readonly actual: string
}

/** What was checked and everything that was found. Sound when `violationCount` is 0. */
export interface JournalReport {
  readonly entryCount: number
  readonly checkpointCount: number
  readonly head: JournalHead
  /** In the order of the journal; at most `VIOLATIONS_LISTED_MAX` and a summary of the rest. */
  readonly violations: readonly JournalViolation[]
  readonly violationCount: number
}
