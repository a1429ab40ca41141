import type { AmountRejection } from '../money.ts'

/**
 * Why a row of a product file was not imported. Each rejected row is named once, by the first
 * problem that was found in it.
 *
 * `product_rejected`: the row itself is sound, but the product's first row, which says what it is a
 * variant of, was not.
 */
export interface ImportRejection {
  /** The line of the file on which the row begins, from 1; of an unended quote, its own line. */
  readonly line: number
  /** The column's header as the file has it; empty when the row as a whole is meant. */
  readonly field: string
  readonly code: FileCode | RowCode
  /** What stands there, cut to 200 characters. */
  readonly value: string
}

/** The whole file is refused. */
export type FileCode =
  | 'file_empty'
  | 'delimiter_unsupported'
  | 'header_missing'
  | 'header_duplicate'

/** One row is refused. */
export type RowCode =
  | AmountRejection['code']
  | 'boolean_invalid'
  | 'handle_missing'
  | 'image_url_invalid'
  | 'image_url_missing'
  | 'option_name_duplicate'
  | 'option_name_missing'
  | 'option_value_missing'
  | 'option_value_unexpected'
  | 'position_invalid'
  | 'price_missing'
  | 'product_rejected'
  | 'quantity_invalid'
  | 'quantity_negative'
  | 'quote_misplaced'
  | 'quote_unterminated'
  | 'row_empty'
  | 'row_too_long'
  | 'row_too_short'
  | 'sku_duplicate'
  | 'status_invalid'
  | 'text_malformed'
  | 'title_missing'
  | 'variant_duplicate'

/** The most of a refused value that is repeated. */
export const REJECTED_VALUE_LENGTH_MAX = 200
