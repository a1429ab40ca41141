/** What a till asks its core, signed by the till, through whichever edge carries it. */
export const TILL_PATHS = {
  /** What the books say that this till holds: `GET`. */
  holdings: '/v1/till/holdings',
  /** A receipt of a till that was lost, brought by its buyer: `POST`. */
  restore: '/v1/till/restore',
} as const
