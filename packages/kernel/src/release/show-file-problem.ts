import type { AmountRejection } from '../money.ts'

/** What is wrong in a show file, where, and what would be right. */
export interface ShowFileProblem {
  /** Where it stands: `drops[0].listings[2].units`; empty for the file as a whole. */
  readonly path: string
  readonly code: ShowFileCode
  /** What stands there, as JSON, cut to 120 characters. */
  readonly value: string
  /** The way out, for the person at the keyboard: what the place takes. English. */
  readonly wanted: string
}

/** What kind of problem it is. Closed, so that a tool can have its own words for each. */
export type ShowFileCode =
  | AmountRejection['code']
  | 'bundle_conflict'
  | 'currency_differs'
  | 'currency_unknown'
  | 'drop_unknown'
  | 'duplicate'
  | 'ends_before_start'
  | 'format_unknown'
  | 'id_invalid'
  | 'key_unknown'
  | 'language_invalid'
  | 'listing_unknown'
  | 'missing'
  | 'not_duration'
  | 'not_flag'
  | 'not_list'
  | 'not_object'
  | 'not_percent'
  | 'not_text'
  | 'not_time'
  | 'not_whole'
  | 'out_of_range'
  | 'outside_drop'
  | 'outside_show'
  | 'overlap'
  | 'rule_invalid'
  | 'split_not_whole'
  | 'time_ambiguous'
  | 'time_skipped'
  | 'time_zone_unknown'
  | 'too_long'
  | 'variant_unknown'

/** How much of a refused value is repeated, in characters. */
export const PROBLEM_VALUE_LENGTH_MAX = 120
